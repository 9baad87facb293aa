"""The purpose of each image, for the cards of the catalogue site."""

# Published name without digits at its end, to a sentence.
SUMMARIES = {
    "base": "For programs that are linked with glibc, with OpenSSL.",
    "base-nossl": "For programs that are linked with glibc, without OpenSSL.",
    "cc": "For programs in C++ and Rust: adds the libraries of GCC.",
    "java": "Runs a Java archive.",
    "java-base": "The libraries below the Java images.",
    "nodejs": "Runs a JavaScript program with Node.js.",
    "python3": "Runs a Python program.",
    "static": "For programs that need no library: certificates, time zones, users.",
}
