"""Documents of money between provinces: typed papers in, Excel, PDF and HTML out, sealed by their issuer.

Regulation fact 7.3 names them. A paper says what is true (papers.py); a sheet says how it is laid out
(sheet.py, laid out by tables.py, notices.py and days.py); three writers put any sheet on paper (pdf.py,
excel.py, html.py). The same paper gives the same bytes.
"""
