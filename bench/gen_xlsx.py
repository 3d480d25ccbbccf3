#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gen_xlsx.py: a CSV of gen_comments as an Excel workbook, the way Excel writes one: texts shared,
dates as numbers of days with a format. For measuring how fast workbooks are read.

	gen_xlsx.py FILE.csv FILE.xlsx [ROWS]
"""
import csv
import datetime
import sys
import zipfile
from xml.sax.saxutils import escape

ROWS_MAX = 1048575
DAY_0 = datetime.datetime(1899, 12, 30)


def column(n):
    return chr(65 + n) if n < 26 else chr(64 + n // 26) + chr(65 + n % 26)


def cell(n, row, text, strings):
    ref = f"{column(n)}{row}"
    if not text:
        return ""
    if text.isdigit() and len(text) < 15:
        return f'<c r="{ref}"><v>{text}</v></c>'
    try:
        at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)
        return f'<c r="{ref}" s="1"><v>{(at - DAY_0) / datetime.timedelta(days=1)!r}</v></c>'
    except ValueError:
        return f'<c r="{ref}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'


def main(source, target, rows):
    strings = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", '<workbook xmlns:r="r"><sheets><sheet name="Export" '
                   'sheetId="1" r:id="rId1"/></sheets></workbook>')
        z.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="rId1" '
                   'Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        z.writestr("xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/>'
                   '</cellXfs></styleSheet>')
        with open(source, encoding="utf-8", newline="") as f, \
                z.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as out:
            out.write(b"<worksheet><sheetData>")
            for row, cells in enumerate(csv.reader(f), 1):
                if row > rows + 1:
                    break
                body = "".join(cell(n, row, text, strings) for n, text in enumerate(cells))
                out.write(f'<row r="{row}">{body}</row>\n'.encode())
            out.write(b"</sheetData></worksheet>")
        with z.open("xl/sharedStrings.xml", "w", force_zip64=True) as out:
            out.write(b"<sst>")
            for text in strings:
                out.write(f'<si><t xml:space="preserve">{escape(text)}</t></si>'.encode())
            out.write(b"</sst>")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else ROWS_MAX)
