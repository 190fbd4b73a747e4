"""Cards that are bought in advance: member cards, prepaid cards."""
