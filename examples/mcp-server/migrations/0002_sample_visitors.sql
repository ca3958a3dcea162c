-- Visitors to try with: one who cannot get an export, one who is content, one who was stopped while inviting, and one
-- who never came back.

INSERT INTO visitors (id) VALUES
    ('visitor-1001'),
    ('visitor-1002'),
    ('visitor-1003'),
    ('visitor-1004');

INSERT INTO page_views (visitor_id, viewed_at, page, seconds) VALUES
    ('visitor-1001', '2026-11-20T09:02:11Z', 'Dashboard: weekly overview', 48),
    ('visitor-1001', '2026-11-20T09:03:02Z', 'Reports: revenue by region', 131),
    ('visitor-1001', '2026-11-20T09:05:20Z', 'Reports: export settings', 222),
    ('visitor-1001', '2026-11-20T09:09:07Z', 'Help centre: "Why is my export empty?"', 64),
    ('visitor-1001', '2026-11-20T09:10:15Z', 'Reports: export settings', 95),
    ('visitor-1002', '2026-11-19T14:30:00Z', 'Dashboard: weekly overview', 20),
    ('visitor-1002', '2026-11-19T14:30:25Z', 'Projects: timeline', 310),
    ('visitor-1002', '2026-11-19T14:36:02Z', 'Projects: task board', 402),
    ('visitor-1003', '2026-11-21T16:44:30Z', 'Team: members', 35),
    ('visitor-1003', '2026-11-21T16:45:12Z', 'Team: invite a colleague', 140),
    ('visitor-1003', '2026-11-21T16:47:40Z', 'Billing: seats and plan', 88),
    ('visitor-1003', '2026-11-21T16:49:15Z', 'Team: invite a colleague', 51);

INSERT INTO feature_uses (visitor_id, used_at, feature) VALUES
    ('visitor-1001', '2026-11-20T09:04:30Z', 'Filter a report by date range'),
    ('visitor-1001', '2026-11-20T09:06:01Z', 'Export a report as CSV'),
    ('visitor-1001', '2026-11-20T09:07:44Z', 'Export a report as CSV'),
    ('visitor-1001', '2026-11-20T09:11:20Z', 'Export a report as CSV'),
    ('visitor-1002', '2026-11-19T14:32:18Z', 'Move a milestone on the timeline'),
    ('visitor-1002', '2026-11-19T14:37:00Z', 'Create a task from a template'),
    ('visitor-1002', '2026-11-19T14:39:51Z', 'Create a task from a template'),
    ('visitor-1003', '2026-11-21T16:46:20Z', 'Invite a colleague by e-mail'),
    ('visitor-1003', '2026-11-21T16:49:50Z', 'Invite a colleague by e-mail');

INSERT INTO frustration_signals (visitor_id, occurred_at, signal, page, detail) VALUES
    ('visitor-1001', '2026-11-20T09:07:50Z', 'rage clicks', 'Reports: export settings',
     'seven clicks in two seconds on "Download CSV"'),
    ('visitor-1001', '2026-11-20T09:08:40Z', 'error message', 'Reports: export settings',
     'The export has no rows for this date range.'),
    ('visitor-1001', '2026-11-20T09:11:50Z', 'u-turn', 'Reports: export settings',
     'went to the help centre and came back within two minutes'),
    ('visitor-1003', '2026-11-21T16:46:33Z', 'error message', 'Team: invite a colleague',
     'All seats of this plan are taken.'),
    ('visitor-1003', '2026-11-21T16:50:02Z', 'dead click', 'Team: invite a colleague',
     'clicked "Send invitation" while it was disabled');
