"""Who and where: units, areas, gates; staff, settings, audit, approvals, jobs, outbox."""
