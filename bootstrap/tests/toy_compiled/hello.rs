extern "C" {
    fn add(a: i32, b: i32) -> i32;
}

fn three() -> i32 {
    unsafe { add(1, 2) }
}

fn main() {
    println!("Rust says {}", three());
}

#[test]
fn adds() {
    assert_eq!(three(), 3);
}
