//! Tables whose columns stand below each other, as wide as their letters are on a screen.

use unicode_width::UnicodeWidthStr as _;

use super::blocks::{Kind, blocks};
use super::edits::Edits;

/// Wider tables are not aligned: their lines would be wrapped, and nothing stand below anything.
const WIDEST: usize = 160;

/// Aligns the tables of the page.
pub(super) fn tidy(text: &str) -> String {
    let mut edits = Edits::default();
    for block in blocks(text).iter().filter(|block| block.kind == Kind::Table) {
        if let Some(new) = aligned(&text[block.range.clone()]) {
            edits.replace(text, block.range.clone(), new);
        }
    }
    edits.apply(text)
}

/// `None` for what is no table with a cell for each column.
fn aligned(table: &str) -> Option<String> {
    let mut rows: Vec<Vec<&str>> = table.lines().map(cells).collect();
    let columns = rows.first()?.len();
    if rows.get(1)?.len() != columns || rows.iter().any(|row| row.len() > columns) {
        return None;
    }
    for row in &mut rows {
        row.resize(columns, "");
    }
    let sides: Vec<(bool, bool)> =
        rows[1].iter().map(|cell| (cell.starts_with(':'), cell.ends_with(':'))).collect();
    let is_rule = |cell: &&str| cell.contains('-') && cell.chars().all(|c| matches!(c, '-' | ':'));
    if !rows[1].iter().all(is_rule) {
        return None;
    }
    let width = |column: usize| {
        let words = rows.iter().enumerate().filter(|(at, _)| *at != 1);
        words.map(|(_, row)| row[column].width()).max().unwrap_or_default().max(3)
    };
    let mut widths: Vec<usize> = (0..columns).map(width).collect();
    let is_wide = widths.iter().sum::<usize>() + 3 * columns + 1 > WIDEST;
    if is_wide {
        widths.fill(0);
    }
    let line = |(at, row): (usize, &Vec<&str>)| {
        let cells = row.iter().zip(&widths).zip(&sides).map(|((cell, width), (left, right))| {
            if at == 1 {
                let dashes = width.max(&3) - usize::from(*left) - usize::from(*right);
                let colon = |is: bool| if is { ":" } else { "" };
                return format!("{}{}{}", colon(*left), "-".repeat(dashes), colon(*right));
            }
            let space = width.saturating_sub(cell.width());
            let before = match (left, right) {
                (true, true) => space / 2,
                (false, true) => space,
                _ => 0,
            };
            format!("{}{cell}{}", " ".repeat(before), " ".repeat(space - before))
        });
        format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
    };
    let lines: Vec<String> = rows.iter().enumerate().map(line).collect();
    Some(lines.join("\n"))
}

/// The cells of a line. A bar behind a backslash is part of its cell.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let (mut cells, mut from, mut is_escaped) = (Vec::new(), 0, false);
    for (at, c) in line.char_indices() {
        match c {
            '|' if !is_escaped => {
                cells.push(line[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if from < line.len() {
        cells.push(line[from..].trim());
    }
    cells
}
