"""The import dialog: preview, mapping by pointing, progress, result."""
