//! What crosses a door, tried from outside: the real program over throw-away folders of articles.

#[cfg(test)]
mod asking;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod console;
#[cfg(test)]
mod dates;
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
mod protocol;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod restarting;
#[cfg(test)]
mod tidy;
#[cfg(test)]
mod translations;
#[cfg(test)]
mod votes;
