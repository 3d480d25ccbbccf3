/* SPDX-License-Identifier: Apache-2.0 */
/* flowed.c: see flowed.h. */
#include "mime/flowed.h"

static size_t quotes(struct sv line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] == '>')
		n++;
	return n;
}

static void begin_line(struct buf *out, size_t depth, struct sv body)
{
	for (size_t i = 0; i < depth; i++)
		buf_char(out, '>');
	if (depth && body.n)
		buf_char(out, ' ');
}

void flowed_text(struct sv text, bool delsp, struct buf *out)
{
	size_t depth = 0;
	bool open = false; /* the last line goes on */

	while (text.n) {
		struct sv line = sv_cut(&text, '\n'), body;
		size_t mine = quotes(line);
		bool soft, signature;

		body = sv_sub(line, mine, line.n);
		if (sv_starts(body, SV(" ")))
			body = sv_sub(body, 1, body.n); /* space-stuffed */
		signature = sv_eq(body, SV("-- "));
		soft = sv_ends(body, SV(" ")) && !signature;
		if (open && (mine != depth || signature)) {
			buf_char(out, '\n');
			open = false;
		}
		if (!open)
			begin_line(out, mine, body);
		buf_sv_put(out, sv_sub(body, 0, body.n - (soft && delsp)));
		if (!soft)
			buf_char(out, '\n');
		open = soft;
		depth = mine;
	}
	if (open)
		buf_char(out, '\n');
}
