/* SPDX-License-Identifier: Apache-2.0 */
/* show.c: see show.h. Spans of evidence and of personal data are walked side by side. */
#include "core/show.h"

#include "core/i18n.h"
#include "core/utf8.h"

static const char *pii_label(uint8_t kind)
{
	static const char *const labels[PII_KINDS] = {
		N_("[e-mail]"), N_("[phone]"), N_("[IBAN]"), N_("[card]"),
		N_("[PESEL]"),	N_("[CNP]"),   N_("[NIP]"),  N_("[CUI]"),
	};

	return kind < PII_KINDS ? _(labels[kind]) : "[…]";
}

static const struct pii *pii_at(const struct verdict *v, uint32_t at)
{
	for (uint16_t i = 0; i < v->pii_count; i++)
		if (v->pii[i].span.start <= at && at < v->pii[i].span.end)
			return &v->pii[i];
	return NULL;
}

/* +1, -1 or 0: in which direction the evidence at @at spoke; 2: only of a topic. */
static int lit(const struct verdict *v, uint32_t at)
{
	int found = 0;

	for (uint16_t i = 0; i < v->evidence_count; i++) {
		const struct evidence *e = &v->evidence[i];

		if (e->span.start > at || at >= e->span.end)
			continue;
		if (e->topic == TOPIC_NONE && e->weight)
			return e->weight > 0 ? 1 : -1;
		found = 2;
	}
	return found;
}

static void light(struct buf *out, int was, int is, unsigned how)
{
	if (was == is)
		return;
	if (!(how & SHOW_COLOUR)) {
		if (was)
			buf_char(out, ']');
		if (is)
			buf_char(out, '[');
		return;
	}
	if (was)
		buf_str(out, "\033[0m");
	if (is)
		buf_str(out, is == 2 ? "\033[4m" : is > 0 ? "\033[1;32m" : "\033[1;31m");
}

void show_comment(struct sv text, const struct verdict *v, unsigned how, struct buf *out)
{
	int was = 0;

	for (uint32_t i = 0; i < text.n;) {
		const struct pii *pii = how & SHOW_PII ? NULL : pii_at(v, i);
		int is = how & SHOW_EVIDENCE && !pii ? lit(v, i) : 0;
		size_t n = 1;

		if (!(how & SHOW_COLOUR))
			is = is != 0; /* brackets have no colours to tell apart */

		light(out, was, is, how);
		was = is;
		if (pii) {
			buf_str(out, pii_label(pii->kind));
			i = pii->span.end;
			continue;
		}
		utf8_next(sv_sub(text, i, text.n), &n);
		if (how & SHOW_RAW)
			buf_put(out, text.p + i, n);
		else
			utf8_tame(sv_sub(text, i, n), out);
		i += (uint32_t)n;
	}
	light(out, was, 0, how);
}

/* Back from @at by at most @columns characters, to the start of a word. */
static size_t words_back(struct sv text, size_t at, size_t columns)
{
	size_t from = at, best = at;

	while (from > 0 && columns > 0) {
		from--;
		if (((unsigned char)text.p[from] & 0xc0) != 0x80)
			columns--;
		if (from == 0 || text.p[from - 1] == ' ')
			best = from;
	}
	return best;
}

void show_quote(struct sv text, const struct verdict *v, uint16_t topic, size_t columns,
		struct buf *out)
{
	size_t at = 0, from;
	struct buf whole;
	struct sv clip;

	for (uint16_t i = 0; i < v->evidence_count && !at; i++)
		if (topic == TOPIC_NONE || v->evidence[i].topic == topic)
			at = v->evidence[i].span.start;
	if (at > text.n)
		at = 0;
	from = words_back(text, at, columns / 3);
	buf_init(&whole, 0);
	{
		struct verdict moved = *v;
		struct pii shifted[64];

		moved.pii = shifted;
		moved.pii_count = 0;
		for (uint16_t i = 0; i < v->pii_count && moved.pii_count < 64; i++) {
			struct span s = v->pii[i].span;

			if (s.end <= from)
				continue;
			s.start = s.start > from ? s.start - (uint32_t)from : 0;
			s.end -= (uint32_t)from;
			shifted[moved.pii_count++] = (struct pii){ v->pii[i].kind, s };
		}
		show_comment(sv_sub(text, from, text.n), &moved, 0, &whole);
	}
	clip = utf8_clip(buf_sv(&whole), columns - 1);
	if (from)
		buf_str(out, "…");
	buf_sv_put(out, sv_trim(clip));
	if (clip.n < whole.n)
		buf_str(out, "…");
	buf_release(&whole);
}
