//! The catalogue site: pages about images, from their contents, locks and history.
