"""The bureau (机构): its project file, its units and posts, and who holds them."""
