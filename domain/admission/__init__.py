"""Who may come in: tickets, media, redemptions, passages, devices."""
