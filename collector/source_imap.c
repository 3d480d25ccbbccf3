/* SPDX-License-Identifier: Apache-2.0 */
/*
 * source_imap.c: a folder of a mailbox, read and never changed. Remembered is the UID up to which
 * all is known, and the UIDVALIDITY it belongs to: when the server numbers anew, what arrived
 * since `since` is read again, and the store knows those mails by their Message-ID.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/imap_batch.h"
#include "collector/imap_login.h"
#include "core/i18n.h"
#include "core/json_out.h"
#include "core/utf8.h"
#include "core/when.h"

enum { WINDOW = 5000, WINDOW_ROOM = WINDOW + 256, SINCE_MAX = 12 };

/* clang-format off */
static const struct source_row rows[] = {
	{ "auth", ROW_CHOICE, "password|xoauth2", "password", 0, 0,
	  N_("How to log in: by a password, or by an OAuth token (Google, Microsoft).") },
	OAUTH_CLIENT_ROWS,
	{ "folder", ROW_TEXT, "FOLDER", "INBOX", 0, 0, N_("The folder that is read.") },
	{ "since", ROW_DURATION, "TIME", "90d", MS_DAY, INT64_C(36500) * MS_DAY,
	  N_("How old mails may be when the folder is read for the first time.") },
	{ "tls", ROW_CHOICE, "starttls|none", "starttls", 0, 0,
	  N_("imap:// begins TLS by STARTTLS; none only on this machine. imaps:// has TLS from the start.") },
	OAUTH_TOKEN_ROWS,
	{ "url", ROW_TEXT, "imaps://HOST", "!", 0, 0,
	  N_("The mail server: imaps://HOST, imaps://HOST:PORT or imap://HOST.") },
	{ "user", ROW_TEXT, "USER", "!", 0, 0, N_("The user's name, often the address.") },
};
/* clang-format on */

/* Where we are. */
struct mark {
	uint32_t uidvalidity; /* 0: nowhere yet */
	uint32_t uid;	      /* all up to this one is known */
	uint32_t until;	      /* not 0: up to here only what arrived since … is read */
	char since[SINCE_MAX];
};

struct imap_source {
	struct mailbox m; /* first member */
	const char *folder;
	struct imap_login login;
	struct imap_session *session; /* NULL: not connected */
	struct mark mark;
	struct buf given;   /* the cursor that was given out last */
	uint32_t window_to; /* the UIDs that were looked for end here */
	size_t uid_at, uid_count;
	uint32_t uids[WINDOW_ROOM];
	struct imap_batch batch;
};

/* ---- the cursor -------------------------------------------------------------------------- */

static bool is_date(struct sv s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' ||
		      (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
		      (s.p[i] >= 'a' && s.p[i] <= 'z')))
			return false;
	return s.n && s.n < SINCE_MAX;
}

/* What is no cursor of this folder is none: then the folder is read as for the first time. */
static struct mark read_cursor(const struct imap_source *im, struct sv cursor)
{
	struct mark mark = { 0 };
	struct sv key, value, folder = { NULL, 0 };
	struct json_in j;
	struct arena arena;

	arena_init(&arena, 64 << 10);
	json_begin(&j, cursor);
	while (cursor.n && mailbox_cursor(&j, &arena, &key, &value)) {
		if (sv_eq(key, SV("uidvalidity")))
			sv_u32(value, &mark.uidvalidity);
		else if (sv_eq(key, SV("uid")))
			sv_u32(value, &mark.uid);
		else if (sv_eq(key, SV("until")))
			sv_u32(value, &mark.until);
		else if (sv_eq(key, SV("since")) && is_date(value))
			memcpy(mark.since, value.p, value.n);
		else if (sv_eq(key, SV("folder")))
			folder = value;
	}
	if (!sv_eq(folder, sv_of(im->folder)) || (mark.until && !mark.since[0]))
		mark = (struct mark){ 0 };
	arena_release(&arena);
	return mark;
}

static void write_cursor(const struct imap_source *im, struct buf *out)
{
	const struct mark *mark = &im->mark;

	buf_clear(out);
	buf_str(out, "{\"folder\":");
	json_put_text(out, sv_of(im->folder));
	buf_printf(out, ",\"uidvalidity\":%u,\"uid\":%u", mark->uidvalidity, mark->uid);
	if (mark->until)
		buf_printf(out, ",\"until\":%u,\"since\":\"%s\"", mark->until,
			   mark->since);
	buf_char(out, '}');
}

/* ---- connecting -------------------------------------------------------------------------- */

static void disconnect(struct imap_source *im)
{
	imap_session_close(im->session);
	im->session = NULL;
	im->uid_at = im->uid_count = 0;
}

static int connect_to(struct imap_source *im, struct imap_reached *reached,
		      struct err *err)
{
	return im->session ? 0 : imap_login(&im->login, &im->session, reached, err);
}

/* ---- which mails ------------------------------------------------------------------------- */

static int see_top(void *self, const struct imap_response *r, struct err *err)
{
	uint32_t *top = self;
	struct imap_fetched f;

	if (!imap_is(r, "FETCH"))
		return 0;
	if (imap_fetched(r, &f, err))
		return ERR_UNAVAILABLE;
	if (f.uid > *top)
		*top = f.uid;
	return 0;
}

/* The largest UID there is; servers of old times do not tell what the next will be. */
static int find_top(struct imap_source *im, uint32_t *top, struct err *err)
{
	struct imap_session *s = im->session;
	struct imap_response r;
	int rc;

	*top = s->uidnext ? s->uidnext - 1 : 0;
	if (s->uidnext || !s->exists)
		return 0;
	rc = imap_command(s, err, "FETCH * (UID)");
	return rc ? rc : imap_finish(s, &r, see_top, top, err);
}

static void begin_again(struct imap_source *im, uint32_t top)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const struct collect_env *env = im->m.env;
	int64_t now = env->now != TIME_NONE ? env->now : when_now();
	int64_t age = source_duration_ms(im->m.settings, "since");
	int32_t day =
		(int32_t)((now - age) / MS_DAY) - 1; /* the server's zone is unknown */
	int y, m, d;

	day_civil(day, &y, &m, &d);
	im->mark = (struct mark){ .uidvalidity = im->session->uidvalidity, .until = top };
	if (y >= 1970 && y <= 9999)
		snprintf(im->mark.since, SINCE_MAX, "%02d-%s-%04d", d, months[m - 1], y);
	else
		memcpy(im->mark.since, "01-Jan-1970", SINCE_MAX);
}

/* All up to @uid is known. */
static void move_to(struct mark *mark, uint32_t uid)
{
	if (uid > mark->uid)
		mark->uid = uid;
	if (mark->uid < mark->until)
		return;
	mark->until = 0;
	mark->since[0] = 0;
}

/* Fill the list of UIDs from the next window that has any; none: the folder is known. */
static int find_mails(struct imap_source *im, uint32_t top, struct err *err)
{
	struct imap_session *s = im->session;
	struct mark *mark = &im->mark;
	int rc = 0;

	while (!rc && mark->uid < top && !im->uid_count) {
		uint32_t from = mark->uid + 1, end = mark->until ? mark->until : top;
		uint32_t to = end, next = 0;

		if (s->exists > WINDOW && end - from >= WINDOW)
			to = from + WINDOW - 1;
		if (s->exists)
			rc = imap_search(s, from, to, mark->since, im->uids, WINDOW_ROOM,
					 &im->uid_count, err);
		im->window_to = to;
		if (rc || im->uid_count)
			break;
		if (to < end && s->can_esearch) { /* a wide gap */
			rc = imap_search_min(s, to + 1, end, mark->since, &next, err);
			to = next ? next - 1 : end;
		}
		if (!rc)
			move_to(mark, to);
	}
	return rc;
}

static int look(struct imap_source *im, struct err *err)
{
	uint32_t top = 0;
	int rc;

	im->uid_at = im->uid_count = 0;
	rc = imap_examine(im->session, im->folder, err);
	if (!rc)
		rc = find_top(im, &top, err);
	if (rc)
		return rc;
	if (im->mark.uidvalidity != im->session->uidvalidity)
		begin_again(im, top);
	move_to(&im->mark, 0);
	return find_mails(im, top, err);
}

/* ---- pull -------------------------------------------------------------------------------- */

static int take_some(struct imap_source *im, struct batch *out, struct err *err)
{
	struct imap_batch *b = &im->batch;
	size_t left = im->uid_count - im->uid_at;
	int rc;

	b->count = left < MAILBOX_MAILS ? left : MAILBOX_MAILS;
	memcpy(b->uids, im->uids + im->uid_at, b->count * sizeof(b->uids[0]));
	rc = imap_batch_fetch(b, im->session, &im->m, im->folder, out, err);
	im->uid_at += b->settled;
	if (b->settled)
		move_to(&im->mark, b->uids[b->settled - 1]);
	if (im->uid_at == im->uid_count)
		move_to(&im->mark, im->window_to);
	if (rc || b->settled < b->count)
		disconnect(im);
	/* What came before the connection broke is good: the next pull meets the rest. */
	if (b->settled && rc && rc != ERR_SYSTEM && !cancel_asked(im->m.env->cancel))
		rc = 0;
	return rc;
}

static int imap_pull(struct source *source, struct sv cursor, struct batch *out,
		     struct err *err)
{
	struct imap_source *im = (struct imap_source *)source;
	bool moved;
	int rc;

	if (!sv_eq(cursor, buf_sv(&im->given)) || !im->mark.uidvalidity) {
		im->mark = read_cursor(im, cursor);
		im->uid_at = im->uid_count = 0;
	}
	rc = connect_to(im, NULL, err);
	if (!rc && im->uid_at == im->uid_count)
		rc = look(im, err);
	if (!rc && im->uid_at < im->uid_count)
		rc = take_some(im, out, err);
	if (rc) {
		disconnect(im);
		buf_clear(&im->given); /* whatever is remembered counts */
		im->mark.uidvalidity = 0;
		return rc;
	}
	write_cursor(im, &im->given);
	moved = out->count || !sv_eq(cursor, buf_sv(&im->given));
	if (!buf_ok(&im->given))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return mailbox_finish(&im->m, out,
			      moved ? buf_sv(&im->given) : (struct sv){ NULL, 0 }, err);
}

static int imap_wait(struct source *source, int64_t ms, struct err *err)
{
	struct imap_source *im = (struct imap_source *)source;
	int rc;

	if (!im->session || !im->session->can_idle)
		return cancel_sleep(im->m.env->cancel, ms) ? cancel_said(err) : 0;
	rc = imap_idle(im->session, ms, err);
	if (rc)
		disconnect(im);
	return rc;
}

/* ---- test -------------------------------------------------------------------------------- */

static int see_newest(void *self, const struct imap_response *r, struct err *err)
{
	struct buf *told = self;
	struct imap_fetched f;

	if (!imap_is(r, "FETCH"))
		return 0;
	if (imap_fetched(r, &f, err))
		return ERR_UNAVAILABLE;
	if (!f.structure.n)
		return 0;
	buf_printf(told, "UID %u, %lld bytes: ", f.uid, (long long)f.bytes);
	imap_structure(f.structure, told);
	return 0;
}

static int test_newest(struct imap_source *im, struct source_steps *steps,
		       struct err *err)
{
	struct imap_session *s = im->session;
	struct imap_response r;
	struct buf told;
	int rc = 0;

	buf_init(&told, 2000);
	buf_printf(&told, "%s: %u", im->folder, s->exists);
	steps_ok(steps, N_("folder"), told.p);
	buf_clear(&told);
	if (s->exists) {
		rc = imap_command(s, err, "FETCH %u (UID RFC822.SIZE BODYSTRUCTURE)",
				  s->exists);
		if (!rc)
			rc = imap_finish(s, &r, see_newest, &told, err);
		if (!rc && r.status != IMAP_OK)
			rc = imap_refused(s, &r, N_("to show the newest mail"), err);
		if (!rc)
			steps_ok(steps, N_("newest mail"), told.n ? told.p : NULL);
	}
	buf_release(&told);
	return rc;
}

static int imap_test(struct source *source, struct source_steps *steps, struct err *err)
{
	struct imap_source *im = (struct imap_source *)source;
	struct imap_reached reached = { .named = false };
	int rc;

	disconnect(im);
	rc = connect_to(im, &reached, err);
	if (reached.named)
		steps_ok(steps, N_("name"), reached.place);
	if (reached.connected)
		steps_ok(steps, N_("connection"), reached.address);
	if (reached.secured)
		steps_ok(steps, N_("TLS"), NULL);
	if (reached.logged_in)
		steps_ok(steps, N_("login"), source_text(im->m.settings, "user"));
	if (!rc)
		rc = imap_examine(im->session, im->folder, err);
	if (!rc)
		rc = test_newest(im, steps, err);
	disconnect(im);
	return rc;
}

/* ---- open and close ---------------------------------------------------------------------- */

static void imap_close(struct source *source)
{
	struct imap_source *im = (struct imap_source *)source;

	if (!im)
		return;
	disconnect(im);
	buf_release(&im->given);
	imap_login_release(&im->login);
	mailbox_release(&im->m);
	free(im);
}

static int imap_open(struct source **out, const struct source_config *config,
		     struct err *err)
{
	struct imap_source *im = calloc(1, sizeof(*im));
	int rc;

	*out = NULL;
	if (!im)
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_init(&im->given, 64 << 10);
	rc = mailbox_init(&im->m, &adapter_imap, config, err);
	if (!rc) {
		im->folder = source_text(config->settings, "folder");
		rc = imap_login_init(&im->login, config->settings, config->env, err);
	}
	if (rc) {
		imap_close(&im->m.base);
		return rc;
	}
	*out = &im->m.base;
	return 0;
}

const struct adapter adapter_imap = {
	.kind = "imap",
	.summary = N_("a folder of a mailbox, by IMAP"),
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.more_rows = mail_rows,
	.open = imap_open,
	.pull = imap_pull,
	.wait = imap_wait,
	.test = imap_test,
	.close = imap_close,
};
