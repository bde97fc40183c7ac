"""The five defects that once kept the program's ancestor from starting, each looked for and each planted."""
