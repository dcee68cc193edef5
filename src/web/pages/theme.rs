//! The operator's color, as the style sheet needs it: legible on light and on dark ground,
//! whatever was chosen.

use crate::catalog::Color;

/// Least contrast of text with its ground: WCAG 2.2, 1.4.3. A little more, for rounding.
const LEAST: f64 = 4.6;
/// The grounds of `site.css`, raised ones included, on which links stand: the lightest of the dark
/// and the darkest of the light.
const LIGHT: Color = Color([0xed, 0xef, 0xea]);
const DARK: Color = Color([0x26, 0x2d, 0x2f]);
const WHITE: Color = Color([255; 3]);
const BLACK: Color = Color([0x10, 0x14, 0x15]);

/// Rules that put an accent color over those of `site.css`.
pub(super) fn rules(accent: Color) -> String {
    let light = legible(accent, LIGHT, BLACK);
    let dark = legible(accent, DARK, WHITE);
    let set = |color: Color| format!("--accent:{color};--on-accent:{}", on(color));
    format!(
        "\n:root{{{0}}}\n@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{1}}}}}\n\
         :root[data-theme=dark]{{{1}}}\n",
        set(light),
        set(dark)
    )
}

/// The color itself, or as little of it mixed toward `toward` as makes it legible on `ground`.
fn legible(color: Color, ground: Color, toward: Color) -> Color {
    let steps = (0..=20).map(|step| mixed(color, toward, f64::from(step) / 20.0));
    let mut legible = steps.filter(|color| contrast(*color, ground) >= LEAST);
    legible.next().unwrap_or(toward)
}

/// Black or white: what is easier to read on it.
fn on(color: Color) -> Color {
    if contrast(WHITE, color) >= contrast(BLACK, color) { WHITE } else { BLACK }
}

fn mixed(color: Color, toward: Color, share: f64) -> Color {
    let mut parts = color.0;
    for (part, other) in parts.iter_mut().zip(toward.0) {
        let mixed = f64::from(*part) * (1.0 - share) + f64::from(other) * share;
        *part = mixed.round() as u8;
    }
    Color(parts)
}

/// Contrast of two colors, 1 to 21: WCAG 2.2, "contrast ratio".
fn contrast(a: Color, b: Color) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// WCAG 2.2, "relative luminance".
fn luminance(color: Color) -> f64 {
    let [r, g, b] = color.0.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_color_an_operator_takes_links_and_buttons_can_be_read(parts: [u8; 3]) {
            for (ground, toward) in [(LIGHT, BLACK), (DARK, WHITE)] {
                let color = legible(Color(parts), ground, toward);
                prop_assert!(contrast(color, ground) >= 4.5, "{color} on {ground}");
                prop_assert!(contrast(on(color), color) >= 4.5, "{} on {color}", on(color));
            }
        }
    }

    #[test]
    fn a_color_that_is_legible_is_left_as_it_is() {
        let teal: Color = "#0b6b61".parse().unwrap();
        assert_eq!(legible(teal, LIGHT, BLACK), teal);
        assert!((contrast(WHITE, Color([0; 3])) - 21.0).abs() < 1e-9);
    }
}
