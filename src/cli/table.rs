//! A table on a terminal: as many columns as it has room for.

use std::io::{self, Write};

/// A column of a table over `T`.
pub(super) struct Column<T> {
    pub title: &'static str,
    /// Characters.
    pub width: usize,
    /// A narrow table leaves out the columns of the lowest rank first.
    pub rank: usize,
    pub value: fn(&T) -> String,
}

/// A table with the name of every row on the left.
pub(super) struct Table<T: 'static> {
    columns: Vec<&'static Column<T>>,
    name_width: usize,
}

impl<T> Table<T> {
    /// The columns that fit beside names of this width into `room` characters. Those in `constant` leave first, by title: each
    /// of them has one value in the whole table. The column of the highest rank stays, and names are shortened for it.
    pub(super) fn new(
        columns: impl IntoIterator<Item = &'static Column<T>>,
        constant: &[&str],
        name_width: usize,
        room: usize,
    ) -> Self {
        let mut columns: Vec<_> = columns.into_iter().collect();
        let rank = |column: &Column<T>| (!constant.contains(&column.title), column.rank);
        let taken = |columns: &[&Column<T>]| columns.iter().map(|column| column.width + 1).sum::<usize>();
        while columns.len() > 1 && name_width + taken(&columns) > room {
            let Some(first) = columns.iter().map(|column| rank(column)).min() else { break };
            columns.retain(|column| rank(column) != first);
        }
        let room = room.saturating_sub(taken(&columns)).max(SHORTEST_NAME);
        Self { columns, name_width: name_width.min(room) }
    }

    pub(super) fn header(&self, name: &str, output: &mut impl Write) -> io::Result<()> {
        self.line(name, self.columns.iter().map(|column| column.title.to_owned()), output)
    }

    pub(super) fn row(&self, name: &str, row: &T, output: &mut impl Write) -> io::Result<()> {
        self.line(name, self.columns.iter().map(|column| (column.value)(row)), output)
    }

    fn line(
        &self,
        name: &str,
        values: impl Iterator<Item = String>,
        output: &mut impl Write,
    ) -> io::Result<()> {
        write!(output, "{:1$}", shortened(name, self.name_width), self.name_width)?;
        for (column, value) in self.columns.iter().zip(values) {
            write!(output, " {value:>0$}", column.width)?;
        }
        writeln!(output)
    }
}

/// A name is not shortened to less.
const SHORTEST_NAME: usize = 8;

/// What stands for the middle of a name: its ends tell networks and folders apart.
const CUT: &str = "...";

/// `name` in at most `width` characters, without its middle if it is longer.
pub(super) fn shortened(name: &str, width: usize) -> String {
    let count = name.chars().count();
    if count <= width {
        return name.to_owned();
    }
    let kept = width.saturating_sub(CUT.len());
    let start: String = name.chars().take(kept.div_ceil(2)).collect();
    let end: String = name.chars().skip(count - kept / 2).collect();
    format!("{start}{CUT}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column<usize>] = &[
        Column { title: "one", width: 3, rank: 2, value: |row| row.to_string() },
        Column { title: "double", width: 6, rank: 1, value: |row| (2 * row).to_string() },
        Column { title: "square", width: 6, rank: 3, value: |row| (row * row).to_string() },
    ];

    fn shown(constant: &[&str], room: usize) -> String {
        let table = Table::new(COLUMNS, constant, 5, room);
        let mut text = Vec::new();
        table.header("name", &mut text).unwrap();
        table.row("a", &7, &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn columns_leave_by_rank() {
        assert_eq!(shown(&[], 23), "name  one double square\na       7     14     49\n");
        assert_eq!(shown(&[], 22), "name  one square\na       7     49\n");
        assert_eq!(shown(&[], 15), "name  square\na         49\n");
        assert_eq!(shown(&[], 0), shown(&[], 15), "the highest rank stays");
    }

    #[test]
    fn a_long_name_gives_way_to_the_highest_rank() {
        let name = "mobilenetv4_conv_small.e2400_r224_in1k";
        let table = Table::new(COLUMNS, &[], name.len(), 30);
        let mut text = Vec::new();
        table.row(name, &7, &mut text).unwrap();
        assert_eq!(String::from_utf8(text).unwrap(), "mobilenetv..._r224_in1k     49\n");
    }

    #[test]
    fn a_column_with_one_value_leaves_first() {
        assert_eq!(shown(&["square"], 22), "name  one double\na       7     14\n");
        assert_eq!(shown(&["square"], 23), shown(&[], 23), "but not where there is room");
    }
}
