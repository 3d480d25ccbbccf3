/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.c: see html.h. What to do at a tag is a row of a table. A dropped element ends where
 * as many of its name have closed as have opened; everything else of the tree is ignored.
 */
#include "mime/html.h"

#include <string.h>

#include "core/utf8.h"

enum { TAG_MAX = 4096, ENTITY_MAX = 10, NO_BREAK = 0xa0 };

enum does {
	DOES_NOTHING,
	DOES_LINE,  /* a new line before and behind */
	DOES_BLANK, /* an empty line, too */
	DOES_BREAK, /* br */
	DOES_CELL,  /* td: a blank */
	DOES_DROP,  /* all of it */
	DOES_QUOTE, /* all of it, and it was a quote */
};

static const struct {
	struct sv name;
	enum does does;
} tags[] = {
	{ SV_INIT("br"), DOES_BREAK },	       { SV_INIT("p"), DOES_BLANK },
	{ SV_INIT("div"), DOES_LINE },	       { SV_INIT("li"), DOES_LINE },
	{ SV_INIT("tr"), DOES_LINE },	       { SV_INIT("table"), DOES_LINE },
	{ SV_INIT("ul"), DOES_LINE },	       { SV_INIT("ol"), DOES_LINE },
	{ SV_INIT("hr"), DOES_LINE },	       { SV_INIT("pre"), DOES_LINE },
	{ SV_INIT("h1"), DOES_BLANK },	       { SV_INIT("h2"), DOES_BLANK },
	{ SV_INIT("h3"), DOES_BLANK },	       { SV_INIT("h4"), DOES_BLANK },
	{ SV_INIT("section"), DOES_LINE },     { SV_INIT("article"), DOES_LINE },
	{ SV_INIT("dt"), DOES_LINE },	       { SV_INIT("dd"), DOES_LINE },
	{ SV_INIT("td"), DOES_CELL },	       { SV_INIT("th"), DOES_CELL },
	{ SV_INIT("script"), DOES_DROP },      { SV_INIT("style"), DOES_DROP },
	{ SV_INIT("head"), DOES_DROP },	       { SV_INIT("title"), DOES_DROP },
	{ SV_INIT("select"), DOES_DROP },      { SV_INIT("svg"), DOES_DROP },
	{ SV_INIT("object"), DOES_DROP },      { SV_INIT("template"), DOES_DROP },
	{ SV_INIT("noscript"), DOES_DROP },    { SV_INIT("textarea"), DOES_DROP },
	{ SV_INIT("blockquote"), DOES_QUOTE },
};

/* Classes and ids by which clients mark what they quote, and signatures. */
static const struct {
	const char *mark;
	enum does does;
	bool rest; /* everything behind it as well: Outlook does not wrap what it quotes */
} marks[] = {
	{ "gmail_quote", DOES_QUOTE, false },
	{ "gmail_attr", DOES_DROP, false },
	{ "gmail_signature", DOES_DROP, false },
	{ "moz-cite-prefix", DOES_DROP, false },
	{ "moz-signature", DOES_DROP, false },
	{ "yahoo_quoted", DOES_QUOTE, false },
	{ "protonmail_quote", DOES_QUOTE, false },
	{ "zmail_extra", DOES_QUOTE, false },
	{ "tutanota_quote", DOES_QUOTE, false },
	{ "mail-editor-reference-message-container", DOES_QUOTE, false },
	{ "ms-outlook-mobile-signature", DOES_DROP, false },
	{ "divRplyFwdMsg", DOES_QUOTE, true },
	{ "appendonsend", DOES_QUOTE, true },
	{ "OutlookMessageHeader", DOES_QUOTE, true },
	{ "stopSpelling", DOES_QUOTE, true },
	{ "replySplit", DOES_QUOTE, true },
};

struct html {
	struct buf *out;
	size_t from; /* where our text begins in @out */
	struct sv rest;
	struct sv dropped; /* the element that is being dropped; empty: none */
	unsigned depth;
	unsigned newlines; /* at the end of what was put */
	bool blank;	   /* a blank is owed */
	unsigned pre;
};

static void line(struct html *h, unsigned wanted)
{
	h->blank = false;
	while (h->out->n > h->from && h->newlines < wanted) {
		buf_char(h->out, '\n');
		h->newlines++;
	}
}

static void put_char(struct html *h, const char *p, size_t n)
{
	if (h->blank && !h->newlines && h->out->n > h->from)
		buf_char(h->out, ' ');
	h->blank = false;
	h->newlines = 0;
	buf_put(h->out, p, n);
}

static void put_cp(struct html *h, unsigned cp)
{
	char bytes[4];

	if (cp == NO_BREAK || cp == '\t' || cp == '\n' || cp == '\r' || cp == ' ') {
		h->blank = true;
		return;
	}
	if (cp < ' ' || (cp >= 0x7f && cp < 0xa0) || cp == 0xad || cp == 0x200b ||
	    cp == 0x200c || cp == 0xfeff)
		return;
	put_char(h, bytes, utf8_encode(cp, bytes));
}

/* One letter, blank or entity of text. */
static void take_text(struct html *h)
{
	struct sv s = h->rest;
	size_t n = 1, end = 1;
	uint32_t cp;

	if (s.p[0] == '&') {
		while (end < s.n && end <= ENTITY_MAX && s.p[end] != ';' &&
		       s.p[end] != '&' && s.p[end] != '<' && s.p[end] != ' ')
			end++;
		cp = html_entity(sv_sub(s, 1, end - 1));
		if (cp) {
			put_cp(h, cp);
			h->rest = sv_sub(s, end + (end < s.n && s.p[end] == ';'), s.n);
			return;
		}
	}
	cp = utf8_next(s, &n);
	if (h->pre && cp == '\n')
		line(h, h->newlines + 1);
	else
		put_cp(h, cp);
	h->rest = sv_sub(s, n, s.n);
}

/* ---- tags -------------------------------------------------------------------------------- */

struct tag {
	struct sv name, attributes;
	bool closes, alone;
};

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where the tag that @s begins with ends; a > in quotes does not end it. 0: it is no tag. */
static size_t tag_end(struct sv s)
{
	size_t n = s.n < TAG_MAX ? s.n : TAG_MAX;
	char quote = 0;

	for (size_t i = 1; i < n; i++) {
		if (quote)
			quote = s.p[i] == quote ? 0 : quote;
		else if ((s.p[i] == '"' || s.p[i] == '\'') && s.p[i - 1] == '=')
			quote = s.p[i];
		else if (s.p[i] == '>')
			return i + 1;
	}
	return 0;
}

static bool take_tag(struct html *h, struct tag *t)
{
	struct sv s = h->rest;
	size_t at = 1, end;

	t->closes = s.n > 1 && s.p[1] == '/';
	at += t->closes;
	if (at >= s.n || !letter(s.p[at]))
		return false;
	end = tag_end(s);
	if (!end)
		return false;
	t->name = sv_sub(s, at, 0);
	while (at + t->name.n < end - 1 &&
	       (letter(t->name.p[t->name.n]) ||
		(t->name.p[t->name.n] >= '0' && t->name.p[t->name.n] <= '9')))
		t->name.n++;
	t->attributes = sv_sub(s, at + t->name.n, end - 1 - at - t->name.n);
	t->alone = s.p[end - 2] == '/';
	h->rest = sv_sub(s, end, s.n);
	return true;
}

/* <!-- … -->, <!doctype …>, <?xml …>. False: it is a sign "less than". */
static bool take_remark(struct html *h)
{
	struct sv s = h->rest;
	ptrdiff_t end;
	size_t behind;

	if (s.n < 2 || (s.p[1] != '!' && s.p[1] != '?'))
		return false;
	behind = sv_starts(s, SV("<!--")) ? 3 : 1;
	end = sv_find(s, behind == 3 ? SV("-->") : SV(">"));
	h->rest = end < 0 ? sv_sub(s, s.n, 0) : sv_sub(s, (size_t)end + behind, s.n);
	return true;
}

static bool says(struct sv attributes, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= attributes.n; i++)
		if (strncasecmp(attributes.p + i, word, n) == 0)
			return true;
	return false;
}

static enum does does_of(const struct tag *t)
{
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		if (sv_ieq(tags[i].name, t->name))
			return tags[i].does;
	return DOES_NOTHING;
}

static bool void_tag(struct sv name)
{
	static const struct sv names[] = { SV_INIT("br"),   SV_INIT("hr"),
					   SV_INIT("img"),  SV_INIT("meta"),
					   SV_INIT("link"), SV_INIT("input") };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (sv_ieq(names[i], name))
			return true;
	return false;
}

static void drop(struct html *h, const struct tag *t, enum does does)
{
	line(h, 1);
	if (does == DOES_QUOTE) {
		put_char(h, ">", 1);
		line(h, 1);
	}
	h->dropped = t->name;
	h->depth = 1;
}

/* A class or id that says: this is quoted. True: the tag is done with. */
static bool marked(struct html *h, const struct tag *t)
{
	if (t->closes || void_tag(t->name) || !t->attributes.n)
		return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (says(t->attributes, marks[i].mark)) {
			drop(h, t, marks[i].does);
			if (marks[i].rest)
				h->rest = sv_sub(h->rest, h->rest.n, 0);
			return true;
		}
	if (says(t->attributes, "display:none") || says(t->attributes, "display: none")) {
		drop(h, t, DOES_DROP);
		return true;
	}
	return false;
}

static void in_dropped(struct html *h, const struct tag *t)
{
	if (!sv_ieq(t->name, h->dropped))
		return;
	if (t->closes)
		h->depth--;
	else if (!t->alone)
		h->depth++;
	if (!h->depth)
		h->dropped = (struct sv){ NULL, 0 };
}

static void meet(struct html *h, const struct tag *t)
{
	enum does does = does_of(t);

	if (sv_ieq(t->name, SV("pre")))
		h->pre = !t->closes;
	switch (does) {
	case DOES_BREAK:
		line(h, h->newlines + 1);
		break;
	case DOES_LINE:
		line(h, 1);
		break;
	case DOES_BLANK:
		line(h, 2);
		break;
	case DOES_CELL:
		h->blank = true;
		break;
	case DOES_DROP:
	case DOES_QUOTE:
		if (!t->closes && !t->alone)
			drop(h, t, does);
		break;
	case DOES_NOTHING:
		break;
	}
}

void html_text(struct sv html, struct buf *out)
{
	struct html h = { .out = out, .from = out->n, .rest = html };
	struct tag t;

	while (h.rest.n) {
		bool tag = h.rest.p[0] == '<';

		if (tag && take_remark(&h))
			continue;
		tag = tag && take_tag(&h, &t);
		if (tag && h.dropped.n)
			in_dropped(&h, &t);
		else if (tag && !marked(&h, &t))
			meet(&h, &t);
		else if (!tag && h.dropped.n)
			h.rest = sv_sub(h.rest, 1, h.rest.n);
		else if (!tag)
			take_text(&h);
	}
	while (out->n > h.from && out->p[out->n - 1] == '\n')
		out->n--;
	h.newlines = 0;
	line(&h, 1);
}
