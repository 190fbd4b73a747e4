"""What is sold and how it is paid: catalogue, capacity, orders, payments, ledger, shifts."""
