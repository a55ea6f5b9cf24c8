//! A raster of braille dots: two across and four down in a cell.

/// A cell without dots.
pub(in crate::view) const BLANK: char = '\u{2800}';

/// The bits of a cell's dots, by row from above and column, as Unicode numbers them.
const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// The raster.
#[derive(Debug)]
pub(in crate::view) struct Canvas {
    cells: usize,
    rows: usize,
    bits: Vec<u8>,
}

/// Which of `n` equal parts a share of the whole, 0 to 1, falls into.
#[expect(clippy::cast_precision_loss, reason = "a terminal is no 2^52 cells wide")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..n just before")]
pub(in crate::view) fn index(share: f64, n: usize) -> usize {
    let last = n.saturating_sub(1);
    (share * last as f64).round().clamp(0.0, last as f64) as usize
}

impl Canvas {
    /// An empty raster.
    pub(in crate::view) fn new(cells: usize, rows: usize) -> Self {
        Self { cells, rows, bits: vec![0; cells * rows] }
    }

    /// A line between two points given as shares: 0, 0 is left below; 1, 1 is right above.
    pub(in crate::view) fn line(&mut self, from: (f64, f64), to: (f64, f64)) {
        let dots = (self.cells * 2, self.rows * 4);
        let place = |(x, y): (f64, f64)| (index(x, dots.0), index(1.0 - y, dots.1));
        let ((mut x, mut y), (to_x, to_y)) = (place(from), place(to));
        // Bresenham, with the error doubled so that it stays whole.
        let (dx, dy) = (x.abs_diff(to_x).cast_signed(), y.abs_diff(to_y).cast_signed());
        let mut error = dx - dy;
        loop {
            self.dot(x, y);
            if (x, y) == (to_x, to_y) {
                return;
            }
            let doubled = error * 2;
            if doubled > -dy {
                error -= dy;
                x = towards(x, to_x);
            }
            if doubled < dx {
                error += dx;
                y = towards(y, to_y);
            }
        }
    }

    fn dot(&mut self, x: usize, y: usize) {
        let bit = BITS.get(y % 4).and_then(|row| row.get(x % 2)).copied().unwrap_or(0);
        if let Some(cell) = self.bits.get_mut((y / 4) * self.cells + x / 2) {
            *cell |= bit;
        }
    }

    /// The rows as text, the upper one first.
    pub(in crate::view) fn rows(&self) -> Vec<String> {
        let cell = |bits: &u8| char::from_u32(u32::from(BLANK) + u32::from(*bits)).unwrap_or(' ');
        self.bits.chunks(self.cells.max(1)).map(|row| row.iter().map(cell).collect()).collect()
    }
}

const fn towards(at: usize, to: usize) -> usize {
    if at < to {
        at + 1
    } else if at > to {
        at - 1
    } else {
        at
    }
}
