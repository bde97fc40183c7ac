"""The words of the trade as pure values: no input or output, no Qt, no SQL."""
