"""Neural next-item models, one file each, and what trains them."""
