//! Wrong options.

use crate::support::World;

#[test]
fn a_message_does_not_control_the_terminal() {
    let world = World::new("http://127.0.0.1:1/debian");
    let run = world.run(&["why", "--\u{1b}[2J\r"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("'--\\u{1b}[2J\\r'"), "{}", run.stderr);
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
    assert!(run.stderr.contains("\n\nUsage: "), "{}", run.stderr);
}
