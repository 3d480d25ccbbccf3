/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imap_batch.c: see imap_batch.h. A mail that somebody deletes meanwhile does not come, and that
 * is fine. BODY.PEEK[]<0.N> because servers know sizes only about.
 */
#include "collector/imap_batch.h"
#include "core/i18n.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SET_MAILS = 50,
	SETS_MAX = MAILBOX_MAILS / SET_MAILS + MAILBOX_MAILS / 2,
	HEADER_BYTES = 64 << 10,
	SET_TEXT_MAX = 8000,
};

struct fetching {
	struct imap_batch *b;
	struct imap_session *session;
	struct mailbox *mailbox;
	const char *folder;
	struct batch *out;
	bool full;   /* @out has no room: stop */
	bool header; /* the header of a mail that is too large is coming */
};

static size_t place_of(const struct imap_batch *b, uint32_t uid)
{
	size_t from = 0, to = b->count;

	while (from < to) {
		size_t mid = (from + to) / 2;

		if (b->uids[mid] < uid)
			from = mid + 1;
		else
			to = mid;
	}
	return from < b->count && b->uids[from] == uid ? from : b->count;
}

/* "4:9,12" of the mails from..to that are wanted. */
static void set_text(const struct imap_batch *b, size_t from, size_t to, struct buf *out)
{
	for (size_t i = from; i < to; i++) {
		size_t last = i;

		if (b->done[i])
			continue;
		while (last + 1 < to && !b->done[last + 1] &&
		       b->uids[last + 1] == b->uids[last] + 1)
			last++;
		buf_printf(out, "%s%u", out->n ? "," : "", b->uids[i]);
		if (last > i)
			buf_printf(out, ":%u", b->uids[last]);
		i = last;
	}
}

/* ---- sizes ------------------------------------------------------------------------------- */

static int see_size(void *self, const struct imap_response *r, struct err *err)
{
	struct imap_batch *b = self;
	struct imap_fetched f;
	size_t i;

	if (!imap_is(r, "FETCH"))
		return 0;
	if (imap_fetched(r, &f, err))
		return ERR_INPUT;
	i = place_of(b, f.uid);
	if (i < b->count && f.bytes >= 0)
		b->bytes[i] = f.bytes;
	return 0;
}

static int ask_sizes(struct fetching *f, struct err *err)
{
	struct imap_batch *b = f->b;
	struct imap_response r;
	struct buf set;
	int rc;

	memset(b->done, 0, sizeof(b->done));
	for (size_t i = 0; i < b->count; i++)
		b->bytes[i] = -1;
	buf_init(&set, SET_TEXT_MAX);
	set_text(b, 0, b->count, &set);
	rc = imap_command(f->session, err, "UID FETCH %s (UID RFC822.SIZE)",
			  set.p ? set.p : "");
	buf_release(&set);
	if (!rc)
		rc = imap_finish(f->session, &r, see_size, b, err);
	if (!rc && r.status != IMAP_OK)
		rc = imap_refused(f->session, &r, N_("to say how large mails are"), err);
	return rc;
}

/* No more than MAILBOX_BYTES, but one mail. */
static void cut(struct imap_batch *b)
{
	int64_t all = 0;
	size_t i = 0;

	for (; i < b->count; i++) {
		b->done[i] = b->bytes[i] < 0;
		if (!b->done[i] && b->bytes[i] <= IMAP_MAIL_MAX)
			all += b->bytes[i];
		if (all > MAILBOX_BYTES && i)
			break;
	}
	b->count = i;
}

/* ---- mails ------------------------------------------------------------------------------- */

static int take(struct fetching *f, size_t i, const struct imap_fetched *mail,
		struct err *err)
{
	struct imap_batch *b = f->b;
	char place[600], why[120];
	int rc;

	snprintf(place, sizeof(place), "%.500s UID %u", f->folder, b->uids[i]);
	snprintf(why, sizeof(why),
		 "%lld bytes, %d MB at most are read; this is its header",
		 (long long)b->bytes[i], IMAP_MAIL_MAX >> 20);
	if (f->header)
		rc = mailbox_refuse(f->mailbox, mail->body, place, why, err);
	else
		rc = mailbox_take(f->mailbox, mail->body, place, mail->arrived_at, f->out,
				  err);
	if (rc == ERR_AGAIN && !cancel_asked(mailbox_cancel(f->mailbox)) && f->out->count)
		f->full = true;
	b->done[i] = !rc;
	return rc;
}

static int see_mail(void *self, const struct imap_response *r, struct err *err)
{
	struct fetching *f = self;
	struct imap_fetched mail;
	size_t i;

	if (!imap_is(r, "FETCH"))
		return 0;
	if (imap_fetched(r, &mail, err))
		return ERR_INPUT;
	i = place_of(f->b, mail.uid);
	if (i == f->b->count || !mail.has_body || f->b->done[i])
		return 0;
	imap_useful(f->session);
	return take(f, i, &mail, err);
}

static int ask_set(struct fetching *f, size_t from, size_t to, struct err *err)
{
	struct buf set;
	int rc;

	buf_init(&set, SET_TEXT_MAX);
	set_text(f->b, from, to, &set);
	rc = imap_command(f->session, err,
			  "UID FETCH %s (UID INTERNALDATE BODY.PEEK[%s]<0.%d>)",
			  set.p ? set.p : "", f->header ? "HEADER" : "",
			  f->header ? HEADER_BYTES : IMAP_MAIL_MAX + 1);
	buf_release(&set);
	return rc;
}

/* The server will not give out this one mail: that is no reason to stay here for ever. */
static int refused(struct fetching *f, size_t i, const struct imap_response *r,
		   struct err *err)
{
	struct err why = ERR_NONE;
	char place[600];
	int rc = imap_refused(f->session, r, N_("to give out the mail"), &why);

	if (rc != ERR_UNAVAILABLE) {
		if (err)
			*err = why;
		return rc;
	}
	snprintf(place, sizeof(place), "%.500s UID %u", f->folder, f->b->uids[i]);
	f->b->done[i] = true;
	return mailbox_refuse(f->mailbox, (struct sv){ "", 0 }, place, why.text, err);
}

/* One mail by itself: too large, or its set was refused. */
static int take_one(struct fetching *f, size_t i, bool header, struct err *err)
{
	struct imap_response r;
	int rc;

	f->header = header;
	rc = ask_set(f, i, i + 1, err);
	if (!rc)
		rc = imap_finish(f->session, &r, see_mail, f, err);
	f->header = false;
	if (!rc && r.status != IMAP_OK && !f->b->done[i])
		rc = refused(f, i, &r, err);
	if (!rc)
		f->b->done[i] = true; /* gone meanwhile */
	return rc;
}

struct set {
	unsigned tag;
	size_t from, to;
	bool refused;
};

static bool too_large(const struct imap_batch *b, size_t i)
{
	return b->bytes[i] > IMAP_MAIL_MAX;
}

/* All sets are asked for at once: commands are short, answers come one after the other. */
static int ask_all(struct fetching *f, struct set *sets, size_t *count, struct err *err)
{
	struct imap_batch *b = f->b;
	int rc = 0;

	*count = 0;
	for (size_t i = 0; !rc && i < b->count;) {
		struct set *s = &sets[*count];

		if (b->done[i] || too_large(b, i)) {
			i++;
			continue;
		}
		*s = (struct set){ .from = i };
		while (i < b->count && i - s->from < SET_MAILS && !too_large(b, i))
			i++;
		s->to = i;
		rc = ask_set(f, s->from, s->to, err);
		s->tag = f->session->tag;
		*count += 1;
	}
	return rc;
}

static int take_sets(struct fetching *f, struct set *sets, size_t count, struct err *err)
{
	struct imap_response r;
	size_t ended = 0;
	int rc = 0;

	while (!rc && ended < count) {
		rc = imap_answer(f->session, &r, err);
		if (!rc && r.kind == IMAP_UNTAGGED)
			rc = see_mail(f, &r, err);
		for (size_t k = 0; !rc && k < count; k++) {
			struct set *s = &sets[k];

			if (!s->tag || !imap_ends(&r, s->tag))
				continue;
			imap_useful(f->session);
			s->tag = 0;
			s->refused = r.status != IMAP_OK;
			for (size_t i = s->from; i < s->to; i++)
				f->b->done[i] |= !s->refused; /* gone meanwhile */
			ended++;
		}
	}
	return rc;
}

static int take_rest(struct fetching *f, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < f->b->count; i++)
		if (!f->b->done[i])
			rc = take_one(f, i, too_large(f->b, i), err);
	return rc;
}

int imap_batch_fetch(struct imap_batch *b, struct imap_session *s, struct mailbox *m,
		     const char *folder, struct batch *out, struct err *err)
{
	struct fetching f = {
		.b = b, .session = s, .mailbox = m, .folder = folder, .out = out
	};
	struct set *sets = calloc(SETS_MAX, sizeof(*sets));
	size_t count;
	int rc;

	b->settled = 0;
	if (!sets)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = ask_sizes(&f, err);
	if (!rc) {
		cut(b);
		rc = ask_all(&f, sets, &count, err);
	} else {
		b->count = 0;
	}
	if (!rc)
		rc = take_sets(&f, sets, count, err);
	if (!rc)
		rc = take_rest(&f, err);
	free(sets);
	while (b->settled < b->count && b->done[b->settled])
		b->settled++;
	if (rc == ERR_INPUT && err) { /* the server's fault, not the mail's */
		err_at(err, "%s", imap_link_place(s->link));
		err->code = ERR_UNAVAILABLE;
	}
	if (f.full && b->settled)
		return 0;
	return rc == ERR_INPUT ? ERR_UNAVAILABLE : rc;
}
