//! The whole chain, from a signature to a provenance, and one fault in each of its parts.

#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "chain/edges.rs"]
mod edges;
#[path = "chain/faults.rs"]
mod faults;
#[path = "chain/world.rs"]
mod world;

use crate::world::World;

#[test]
fn every_link_of_an_unharmed_chain_holds() {
    let run = World::new().run(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let links = run.links();
    assert_eq!(
        links
            .iter()
            .map(|link| format!("{} {}", link.0, link.1))
            .collect::<Vec<_>>(),
        [
            "lock holds",
            "signature holds",
            "index holds",
            "package holds",
            "package holds",
            "deb holds",
            "deb holds",
            "layer holds",
            "layer holds",
            "layer holds",
            "layer holds",
            "manifest holds",
            "manifest holds",
            "image-index holds",
            "provenance holds",
        ],
        "{}",
        run.stdout
    );
}

#[test]
fn each_fault_breaks_exactly_one_link() {
    for fault in &faults::FAULTS {
        let mut world = World::new();
        (fault.harm)(&mut world);
        let run = world.run(&[]);
        let links = run.links();
        let broken = links.iter().filter(|link| link.1 == "broken");
        let broken: Vec<&str> = broken.map(|link| link.0.as_str()).collect();
        assert_eq!(
            broken,
            [fault.link],
            "{}: {}{}",
            fault.name,
            run.stdout,
            run.stderr
        );
        assert_eq!(run.code, 1, "{}", fault.name);
    }
}
