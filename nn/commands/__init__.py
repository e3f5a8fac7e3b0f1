"""The commands of `chainrule`, a module each: `add_to` defines its options, `run` does the work."""
