/* SPDX-License-Identifier: Apache-2.0 */
/* imap_session.c: see imap_session.h: commands, answers, and the patience between them. */
#include "collector/imap_session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/utf8.h"
#include "core/when.h"
#include "core/i18n.h"

enum {
	SLOW_MS = 10000,
	SLOW_BYTES = 500, /* in that time, of a response that has begun */
	COMMAND_MAX = 16384,
	IDLE_MS = 28 * MS_MINUTE, /* servers may hang up after 29 (RFC 2177) */
	TEXT_MAX = 160,
};

static int64_t monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- answers ----------------------------------------------------------------------------- */

void imap_useful(struct imap_session *s)
{
	s->useful = monotonic_ms();
}

static int64_t slow_ms(const struct imap_session *s)
{
	return s->timeout_ms < SLOW_MS ? s->timeout_ms : SLOW_MS;
}

static int too_slow(const struct imap_session *s, struct err *err)
{
	return err_set(
		err, ERR_UNAVAILABLE, "%s sends too slowly: less than %d bytes in %lld s",
		imap_link_place(s->link), SLOW_BYTES, (long long)slow_ms(s) / MS_SECOND);
}

/*
 * More bytes into the frame, or the reason why none come. Only the time that is spent waiting in
 * the middle of a response counts as slow.
 */
static int more(struct imap_session *s, int64_t until, struct err *err)
{
	bool half = imap_frame_half(&s->frame);
	int64_t now = monotonic_ms(), ms = until - now;
	char *room = imap_frame_room(&s->frame);
	size_t n;
	int rc;

	if (!room)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!half || s->slow_waited >= slow_ms(s)) {
		if (half && s->slow_bytes < SLOW_BYTES)
			return too_slow(s, err);
		s->slow_waited = 0;
		s->slow_bytes = 0;
	}
	if (half)
		ms = slow_ms(s) - s->slow_waited;
	rc = imap_link_receive(s->link, room, IMAP_READ, ms > 0 ? ms : 0, &n, err);
	if (rc)
		return rc;
	imap_frame_took(&s->frame, n);
	s->slow_bytes += n;
	if (half)
		s->slow_waited += monotonic_ms() - now;
	return 0;
}

static void note(struct imap_session *s, const struct imap_response *r)
{
	uint32_t n;

	if (imap_is(r, "EXISTS") && r->numbered)
		s->exists = r->number;
	else if (imap_is(r, "EXPUNGE") && r->numbered && s->exists)
		s->exists--;
	if (r->kind != IMAP_CONTINUE && imap_code(r, "UIDVALIDITY", &n))
		s->uidvalidity = n;
	if (r->kind != IMAP_CONTINUE && imap_code(r, "UIDNEXT", &n))
		s->uidnext = n;
}

/* What the server says, as part of an error: cut, and nothing in it that moves a cursor. */
static void tamed(struct sv text, char out[TEXT_MAX])
{
	struct buf b;

	buf_init(&b, TEXT_MAX - 1);
	utf8_tame(sv_sub(text, 0, TEXT_MAX / 2), &b);
	memcpy(out, b.p ? b.p : "", b.n);
	out[b.n] = 0;
	buf_release(&b);
}

static int said_bye(const struct imap_session *s, const struct imap_response *r,
		    struct err *err)
{
	char text[TEXT_MAX];

	tamed(r->rest, text);
	return err_set(err, ERR_UNAVAILABLE, "%s ends the session: %s",
		       imap_link_place(s->link), text);
}

/* The same sentence, another reaction. */
static int err_as(struct err *err, enum err_code code)
{
	if (err)
		err->code = code;
	return (int)code;
}

/* As imap_answer(), but *got false when @until is over without one. */
static int answer_until(struct imap_session *s, int64_t until, struct imap_response *r,
			bool *got, struct err *err)
{
	struct sv line;
	int rc = 0;

	*got = false;
	for (;;) {
		if (cancel_asked(s->cancel))
			return cancel_said(err);
		rc = imap_frame_next(&s->frame, &line, got, err);
		if (!rc && *got)
			rc = imap_read(line, r, err);
		if (rc == ERR_INPUT) {
			err_at(err, "%s", imap_link_place(s->link));
			return err_as(err, ERR_UNAVAILABLE);
		}
		if (rc || *got)
			break;
		if (monotonic_ms() >= until && !imap_frame_half(&s->frame))
			return 0;
		rc = more(s, until, err);
		if (rc)
			return rc;
	}
	if (!rc && r->kind == IMAP_UNTAGGED && r->status == IMAP_BYE)
		return said_bye(s, r, err);
	if (!rc)
		note(s, r);
	return rc;
}

int imap_answer(struct imap_session *s, struct imap_response *r, struct err *err)
{
	int64_t now = monotonic_ms();
	bool got;
	int rc = answer_until(s, now + s->timeout_ms, r, &got, err);

	if (rc)
		return rc;
	if (!got || now - s->useful > IMAP_DEAF_FACTOR * s->timeout_ms)
		return err_set(err, ERR_UNAVAILABLE, "%s did not answer within %lld s",
			       imap_link_place(s->link),
			       (long long)(got ? IMAP_DEAF_FACTOR : 1) * s->timeout_ms /
				       MS_SECOND);
	return 0;
}

/* ---- commands ---------------------------------------------------------------------------- */

int imap_command(struct imap_session *s, struct err *err, const char *fmt, ...)
{
	struct buf b;
	va_list args;
	char *room;
	int n, rc;

	buf_init(&b, COMMAND_MAX);
	buf_printf(&b, "o%u ", ++s->tag);
	room = buf_room(&b, COMMAND_MAX / 2);
	va_start(args, fmt);
	n = room ? vsnprintf(room, COMMAND_MAX / 2, fmt, args) : -1;
	va_end(args);
	if (n > 0 && n < COMMAND_MAX / 2)
		buf_took(&b, (size_t)n);
	buf_str(&b, "\r\n");
	imap_useful(s);
	if (n <= 0 || n >= COMMAND_MAX / 2 || !buf_ok(&b))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	else
		rc = imap_link_send(s->link, buf_sv(&b), err);
	buf_release(&b);
	return rc;
}

bool imap_ends(const struct imap_response *r, unsigned tag)
{
	uint32_t n;

	return r->kind == IMAP_TAGGED && r->tag.n > 1 && r->tag.p[0] == 'o' &&
	       sv_u32(sv_sub(r->tag, 1, r->tag.n), &n) && n == tag;
}

int imap_finish(struct imap_session *s, struct imap_response *r,
		int (*each)(void *self, const struct imap_response *r, struct err *err),
		void *self, struct err *err)
{
	int rc;

	for (;;) {
		rc = imap_answer(s, r, err);
		if (rc || imap_ends(r, s->tag))
			return rc;
		if (each && r->kind == IMAP_UNTAGGED)
			rc = each(self, r, err);
		if (rc)
			return rc;
	}
}

int imap_refused(const struct imap_session *s, const struct imap_response *r,
		 const char *what, struct err *err)
{
	static const struct {
		struct sv code;
		enum err_code says;
	} codes[] = {
		{ SV_INIT("UNAVAILABLE"), ERR_AGAIN },
		{ SV_INIT("INUSE"), ERR_AGAIN },
		{ SV_INIT("LIMIT"), ERR_AGAIN },
		{ SV_INIT("NOPERM"), ERR_CONFIG },
		{ SV_INIT("AUTHORIZATIONFAILED"), ERR_CONFIG },
		{ SV_INIT("EXPIRED"), ERR_CONFIG },
		{ SV_INIT("NONEXISTENT"), ERR_CONFIG },
	};
	struct sv rest = r->code, code = sv_cut(&rest, ' ');
	enum err_code says = ERR_UNAVAILABLE;
	char text[TEXT_MAX];

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (sv_ieq(code, codes[i].code))
			says = codes[i].says;
	tamed(r->rest, text);
	return err_set(err, says, "%s refuses %s: %s", imap_link_place(s->link), _(what),
		       text);
}

/* ---- opening ----------------------------------------------------------------------------- */

static int see_capability(void *self, const struct imap_response *r, struct err *err)
{
	struct imap_session *s = self;
	struct sv rest = r->rest;

	(void)err;
	if (!imap_is(r, "CAPABILITY"))
		return 0;
	while (rest.n) {
		struct sv word = sv_cut(&rest, ' ');

		s->can_idle |= sv_ieq(word, SV("IDLE"));
		s->can_esearch |= sv_ieq(word, SV("ESEARCH"));
	}
	return 0;
}

int imap_session_open(struct imap_session **out, const struct imap_link_options *o,
		      struct imap_reached *reached, struct err *err)
{
	struct imap_session *s = calloc(1, sizeof(*s));
	struct imap_response r;
	int rc;

	*out = NULL;
	if (!s)
		return err_set(err, ERR_SYSTEM, "out of memory");
	imap_frame_init(&s->frame);
	s->cancel = o->cancel;
	s->timeout_ms = o->timeout_ms;
	rc = imap_link_open(&s->link, o, reached, err);
	if (!rc)
		rc = imap_command(s, err, "CAPABILITY");
	if (!rc)
		rc = imap_finish(s, &r, see_capability, s, err);
	if (!rc && r.status != IMAP_OK)
		rc = imap_refused(s, &r, N_("to say what it can"), err);
	if (rc) {
		imap_session_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void imap_session_close(struct imap_session *s)
{
	if (!s)
		return;
	imap_link_close(s->link);
	imap_frame_release(&s->frame);
	free(s);
}

/* ---- IDLE -------------------------------------------------------------------------------- */

/* One IDLE: *came when the folder has more mails than it had. */
static int idle_once(struct imap_session *s, int64_t until, bool *came, struct err *err)
{
	uint32_t was = s->exists;
	struct imap_response r = { .kind = IMAP_CONTINUE };
	struct err why = ERR_NONE;
	bool got = true;
	int rc = imap_command(s, err, "IDLE");

	while (!rc && got && !*came) {
		rc = answer_until(s, until, &r, &got, err);
		if (!rc && got && imap_ends(&r, s->tag))
			return imap_refused(s, &r, N_("to say when mails come"), err);
		if (s->exists < was)
			was = s->exists;
		*came = s->exists > was;
	}
	if (rc && rc != ERR_AGAIN)
		return rc;
	imap_useful(s);
	if (rc) { /* cancelled: said and not waited for */
		imap_link_send(s->link, SV("DONE\r\n"), &why);
		return rc;
	}
	rc = imap_link_send(s->link, SV("DONE\r\n"), err);
	return rc ? rc : imap_finish(s, &r, NULL, NULL, err);
}

int imap_idle(struct imap_session *s, int64_t ms, struct err *err)
{
	int64_t end = monotonic_ms() + ms;
	bool came = false;
	int rc = 0;

	while (!rc && !came && monotonic_ms() < end) {
		int64_t until = monotonic_ms() + IDLE_MS;

		rc = idle_once(s, until < end ? until : end, &came, err);
	}
	return rc;
}
