"""The commands of `chainrule`, a module each: `add_to` says its options, `run` does the work."""
