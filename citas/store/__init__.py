"""What must survive a restart: sessions, offers, bookings, requests, deliveries, leases."""
