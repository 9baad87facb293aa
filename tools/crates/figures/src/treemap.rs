//! Squarified treemaps (Bruls, Huizing, van Wijk, 2000): rectangles with given areas that fill a rectangle and are close
//! to squares.

/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// The left side.
    pub x: f64,
    /// The upper side.
    pub y: f64,
    /// From the left to the right side.
    pub width: f64,
    /// From the upper to the lower side.
    pub height: f64,
}

/// A rectangle for each size. The sizes are in descending order, and none is 0.
pub fn squarify(sizes: &[u64], mut free: Rectangle) -> Vec<Rectangle> {
    let total: f64 = sizes.iter().map(|size| *size as f64).sum();
    let scale = free.width * free.height / total.max(1.0);
    let areas: Vec<f64> = sizes.iter().map(|size| *size as f64 * scale).collect();
    let mut placed = Vec::with_capacity(areas.len());
    let mut rest = &areas[..];
    while !rest.is_empty() {
        let side = free.width.min(free.height);
        let mut count = 1;
        while count < rest.len() && worst(&rest[..=count], side) <= worst(&rest[..count], side) {
            count += 1;
        }
        let (row, others) = rest.split_at(count);
        free = place(row, free, &mut placed);
        rest = others;
    }
    placed
}

/// The largest ratio of the sides of the rectangles of a row.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let thickness = sum / side;
    let ratio = |area: &f64| {
        let length = area / thickness;
        (length / thickness).max(thickness / length)
    };
    row.iter().map(ratio).fold(0.0, f64::max)
}

/// Places a row at the shorter side, and returns the rectangle that remains free.
fn place(row: &[f64], free: Rectangle, placed: &mut Vec<Rectangle>) -> Rectangle {
    let sum: f64 = row.iter().sum();
    let Rectangle {
        mut x,
        mut y,
        width,
        height,
    } = free;
    if width >= height {
        let thickness = sum / height;
        for area in row {
            let length = area / thickness;
            placed.push(Rectangle {
                x,
                y,
                width: thickness,
                height: length,
            });
            y += length;
        }
        Rectangle {
            x: x + thickness,
            width: (width - thickness).max(0.0),
            ..free
        }
    } else {
        let thickness = sum / width;
        for area in row {
            let length = area / thickness;
            placed.push(Rectangle {
                x,
                y,
                width: length,
                height: thickness,
            });
            x += length;
        }
        Rectangle {
            y: y + thickness,
            height: (height - thickness).max(0.0),
            ..free
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_have_their_areas_and_do_not_leave_the_frame() {
        let sizes = [600, 600, 400, 300, 200, 200, 100, 1];
        let free = Rectangle {
            x: 0.0,
            y: 0.0,
            width: 60.0,
            height: 40.0,
        };
        let placed = squarify(&sizes, free);
        let scale = 2400.0 / sizes.iter().sum::<u64>() as f64;
        for (size, tile) in sizes.iter().zip(&placed) {
            let area = tile.width * tile.height;
            assert!((area - *size as f64 * scale).abs() < 1e-6, "{size}: {area}");
            assert!(tile.x + tile.width < 60.0 + 1e-6 && tile.y + tile.height < 40.0 + 1e-6);
        }
        assert!(squarify(&[], free).is_empty());
    }
}
