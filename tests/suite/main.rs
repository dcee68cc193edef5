//! What crosses a door, tried from outside: the real program over throw-away folders of articles.

#[cfg(test)]
mod help_center;
#[cfg(test)]
mod hidden;
#[cfg(test)]
mod http;
#[cfg(test)]
mod many_files;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod restarting;
#[cfg(test)]
mod tidy;
