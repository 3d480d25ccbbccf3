/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.c: see machine.h. List-Id or List-Unsubscribe alone say nothing: ticket systems put
 * them on what people wrote.
 */
#include "mime/machine.h"

#include <string.h>

#include "core/utf8.h"
#include "mime/header.h"

static bool within(struct sv s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.n; i++)
		if (strncasecmp(s.p + i, word, n) == 0)
			return true;
	return false;
}

static void why(struct buf *out, const char *what, const char *name, struct sv value)
{
	buf_printf(out, "%s: %s", what, name);
	if (!value.n)
		return;
	buf_str(out, ": ");
	header_text(sv_sub(value, 0, 80), out);
}

/* Headers whose presence, or one of whose words, says it. */
static const struct {
	const char *header, *words; /* NULL: anything but "no" */
} headers[] = {
	{ "Auto-Submitted", NULL },
	{ "X-Autoreply", NULL },
	{ "X-Autorespond", NULL },
	{ "X-Autoreply-From", NULL },
	{ "X-Auto-Response-Suppress", "oof|all|autoreply" },
	{ "Precedence", "bulk|junk|auto_reply|auto-reply" },
};

static bool any_word(struct sv value, const char *words)
{
	struct sv rest = sv_of(words);
	char word[16];

	while (rest.n) {
		struct sv w = sv_cut(&rest, '|');

		memcpy(word, w.p, w.n);
		word[w.n] = 0;
		if (within(value, word))
			return true;
	}
	return false;
}

static bool says_no(struct sv value)
{
	return value.n >= 2 && strncasecmp(value.p, "no", 2) == 0 &&
	       (value.n == 2 || strchr(" ;(\t", value.p[2]));
}

static bool by_header(struct sv header, struct buf *out)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct sv value = header_find(header, headers[i].header);
		bool hit = headers[i].words ? any_word(value, headers[i].words)
					    : value.n && !says_no(value);

		if (hit) {
			why(out, "auto-reply", headers[i].header, value);
			return true;
		}
	}
	return false;
}

/* Lower case, without diacritics. */
static const struct sv subjects[] = {
	SV_INIT("automatic reply"), SV_INIT("auto reply"),
	SV_INIT("auto-reply"),	    SV_INIT("autoreply"),
	SV_INIT("out of office"),   SV_INIT("raspuns automat"),
	SV_INIT("mesaj automat"),   SV_INIT("absent din birou"),
	SV_INIT("in concediu:"),    SV_INIT("automatyczna odpowiedz"),
	SV_INIT("autoodpowiedz"),   SV_INIT("odpowiedz automatyczna"),
	SV_INIT("auto odpowiedz"),  SV_INIT("nieobecnosc w biurze"),
	SV_INIT("poza biurem"),	    SV_INIT("abwesenheitsnotiz"),
};

static bool by_subject(struct sv subject, struct buf *out)
{
	struct buf plain;
	bool hit = false;

	buf_init(&plain, 0);
	utf8_plain(sv_sub(subject, 0, 200), &plain);
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]) && !hit; i++)
		hit = sv_starts(buf_sv(&plain), subjects[i]);
	buf_release(&plain);
	if (hit)
		why(out, "auto-reply", "Subject", subject);
	return hit;
}

void machine_of(struct sv header, struct sv subject, struct buf *out)
{
	struct sv from = header_find(header, "From"), address = { NULL, 0 };
	struct sv back = header_find(header, "Return-Path");

	address_next(&from, &address);
	if (within(sv_sub(address, 0, 14), "mailer-daemon@") ||
	    header_has(header, "X-Failed-Recipients")) {
		why(out, "bounce", "From", address);
		return;
	}
	if (by_header(header, out) || by_subject(subject, out))
		return;
	if (sv_eq(back, SV("<>")))
		why(out, "auto-reply", "Return-Path", back);
}
