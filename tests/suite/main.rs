//! What crosses a door, tried from outside: the real program over throw-away folders of articles.

#[cfg(test)]
mod asking;
#[cfg(test)]
mod beginning;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod console;
#[cfg(test)]
mod dates;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod formatting;
#[cfg(test)]
mod fuzzing;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod help_center;
#[cfg(test)]
mod hidden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_data;
#[cfg(test)]
mod hostile_files;
#[cfg(test)]
mod http;
#[cfg(test)]
mod looks;
#[cfg(test)]
mod many_files;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod past;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod repository;
#[cfg(test)]
mod restarting;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod translations;
#[cfg(test)]
mod votes;
