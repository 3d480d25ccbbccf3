/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mail_quote.h: how mail programs mark what they quote. The words are rows of tables by
 * language (mail_phrases.c); the lines they are looked up in have been folded: lower case, no
 * diacritics, one blank for many, so "În …, a scris:" and "In …, a scris:" are the same.
 */
#ifndef OPINIA_COLLECTOR_MAIL_QUOTE_H
#define OPINIA_COLLECTOR_MAIL_QUOTE_H

#include "core/buf.h"
#include "core/sv.h"

struct mail_line {
	struct sv raw;	 /* without the line end */
	struct sv plain; /* folded */
	bool quoted;	 /* begins with > */
};

enum label {
	LABEL_NONE,
	LABEL_FROM,
	LABEL_SENT,
	LABEL_TO,
	LABEL_SUBJECT,
	LABEL_OTHER,
};

struct phrase {
	struct sv text;
	int is; /* enum label, where it is one */
};

struct phrases {
	const struct phrase *at;
	size_t count;
};

/* mail_phrases.c */
extern const struct phrases phrases_verbs;	 /* "a scris", "napisal(a)", "wrote" */
extern const struct phrases phrases_dated_verbs; /* "a scris la" and a date */
extern const struct phrases phrases_starts;	 /* "in", "w dniu", weekdays */
extern const struct phrases phrases_separators;	 /* "mesaj original" */
extern const struct phrases phrases_above;	 /* "reply above this line" */
extern const struct phrases phrases_labels;	 /* "de la" of a header block */
extern const struct phrases phrases_sent;	 /* "trimis de pe" … */
extern const struct phrases phrases_devices;	 /* … "iphone" */
extern const struct phrases phrases_greetings;	 /* "buna ziua" */
extern const struct phrases phrases_prefixes;	 /* of a subject: "re", "odp" */

/* The folded form of @line behind @out. */
void mail_fold(struct sv line, struct buf *out);

/* Does @s begin with one of the phrases, as a word? Which one; NULL: none. */
const struct phrase *phrase_at(const struct phrases *set, struct sv s);
bool phrase_within(const struct phrases *set, struct sv s);

/*
 * How many lines from @i on announce a quote: an attribution ("În …, N a scris:", over up to
 * four lines), a separator ("--- Treść oryginalnej wiadomości ---"), a header block ("De la: …
 * Trimis: … Către: …"). 0: none.
 */
size_t quote_begins(const struct mail_line *lines, size_t count, size_t i);

/* The line of a signature ("-- "), and one that a telephone adds ("Wysłano z iPhone'a"). */
bool quote_signature(const struct mail_line *l);
bool quote_device(const struct mail_line *l);

#endif
