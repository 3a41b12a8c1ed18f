"""Knowledge bases as people author them: their documents, and what may be asked of them."""
