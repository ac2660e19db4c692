"""Benefits in bulk: the kernel's own source compiled over flat tables, what-if over populations of visits."""
