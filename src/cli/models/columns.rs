//! Rows of a table that break between columns where the terminal is too narrow.

use unicode_width::UnicodeWidthStr;

/// Spaces between columns.
const GAP: &str = "  ";

/// Spaces before the lines of a row after its first.
const INDENT: &str = "    ";

/// A row of padded cells, in lines of at most `columns`. All rows break at the same places if their cells have the same widths.
pub(super) fn row(cells: &[String], columns: usize) -> String {
    let mut row = String::new();
    let mut width = 0;
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 && width + GAP.len() + cell.width() > columns {
            row.truncate(row.trim_end().len());
            row.extend(["\n", INDENT]);
            width = INDENT.len();
        } else if index > 0 {
            row.push_str(GAP);
            width += GAP.len();
        }
        row.push_str(cell);
        width += cell.width();
    }
    row.truncate(row.trim_end().len());
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_break_between_columns_and_at_the_same_places() {
        let cells = |cells: [&str; 4]| cells.map(str::to_owned);
        let (head, body) = (
            cells(["name     ", "alpha", " res", "cached"]),
            cells(["v2       ", " 0.75", " 224", "no    "]),
        );
        assert_eq!(row(&head, 80), "name       alpha   res  cached");
        assert_eq!(row(&body, 80), "v2          0.75   224  no");
        assert_eq!(row(&head, 29), "name       alpha   res\n    cached");
        assert_eq!(row(&body, 29), "v2          0.75   224\n    no");
        assert_eq!(row(&head, 15), "name\n    alpha   res\n    cached");
        assert_eq!(row(&body, 15), "v2\n     0.75   224\n    no");
        assert_eq!(row(&body, 1), "v2\n     0.75\n     224\n    no");
    }
}
