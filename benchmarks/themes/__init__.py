"""Themes measured: our definitions beside keyword lists and a learned model, on the same stories in
one run."""
