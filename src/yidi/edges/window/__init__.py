"""The service window 服务窗口: hospitals and pages are served in a process of its own, beside the journal.

Reading, checking and answering a message takes a good part of Python's one thread, so with two processors a
node serves a fifth more (decision 0007). The journal's process owns the database and is the node; whichever
of the two ends, the other does not stay behind.
"""
