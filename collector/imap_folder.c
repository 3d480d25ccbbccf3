/* SPDX-License-Identifier: Apache-2.0 */
/* imap_folder.c: opening a folder and finding mails in it; see imap_session.h. */
#include <stdlib.h>
#include <string.h>

#include "collector/imap_session.h"
#include "core/utf8.h"
#include "core/i18n.h"

enum { NAMES_MAX = 300, NAME_MAX_BYTES = 1024 };

/* ---- EXAMINE ----------------------------------------------------------------------------- */

/* @name as a quoted string of modified UTF-7. */
static bool quote(struct sv name, struct buf *out)
{
	struct buf raw;
	bool fine;

	buf_init(&raw, NAME_MAX_BYTES);
	fine = imap_utf7(name, &raw) && buf_ok(&raw);
	buf_char(out, '"');
	for (size_t i = 0; fine && i < raw.n; i++) {
		if (raw.p[i] == '"' || raw.p[i] == '\\')
			buf_char(out, '\\');
		buf_char(out, raw.p[i]);
	}
	buf_char(out, '"');
	buf_release(&raw);
	return fine && buf_ok(out);
}

static int examine(struct imap_session *s, struct sv folder, struct imap_response *r,
		   struct err *err)
{
	struct buf name;
	int rc = 0;

	buf_init(&name, 2 * NAME_MAX_BYTES);
	if (!folder.n || !quote(folder, &name))
		rc = err_set(err, ERR_CONFIG, "\"" SV_FMT "\" can be no folder",
			     SV_ARG(folder));
	s->exists = s->uidnext = s->uidvalidity = 0;
	if (!rc)
		rc = imap_command(s, err, "EXAMINE %s", name.p);
	buf_release(&name);
	return rc ? rc : imap_finish(s, r, NULL, NULL, err);
}

/* What LIST told: the names for people, and the one that was meant. */
struct folders {
	struct sv wanted;
	struct buf names, meant;
	size_t left_out;
};

static bool same_folder(struct sv wanted, struct sv name, char delimiter)
{
	if (wanted.n != name.n || !delimiter)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (wanted.p[i] != name.p[i] &&
		    !(wanted.p[i] == '/' && name.p[i] == delimiter))
			return false;
	return true;
}

static int see_folder(void *self, const struct imap_response *r, struct err *err)
{
	struct folders *f = self;
	struct buf name;
	char delimiter;

	(void)err;
	if (!imap_is(r, "LIST"))
		return 0;
	buf_init(&name, NAME_MAX_BYTES);
	if (imap_listed(r, &name, &delimiter)) {
		if (!f->meant.n && same_folder(f->wanted, buf_sv(&name), delimiter))
			buf_sv_put(&f->meant, buf_sv(&name));
		if (f->names.n + name.n > NAMES_MAX - 4) {
			f->left_out++;
		} else {
			buf_str(&f->names, f->names.n ? ", " : "");
			utf8_tame(buf_sv(&name), &f->names);
		}
	}
	buf_release(&name);
	return 0;
}

static int missing(const struct imap_session *s, const struct folders *f, struct err *err)
{
	return err_set(err, ERR_CONFIG,
		       "%s has no folder \"" SV_FMT "\"; there are: " SV_FMT "%s",
		       imap_link_place(s->link), SV_ARG(f->wanted),
		       SV_ARG(buf_sv(&f->names)), f->left_out ? " …" : "");
}

/* EXAMINE was refused: is it called otherwise, or is there none? */
static int look_for(struct imap_session *s, struct folders *f, struct imap_response *r,
		    struct err *err)
{
	int rc = imap_command(s, err, "LIST \"\" \"*\"");

	if (!rc)
		rc = imap_finish(s, r, see_folder, f, err);
	if (rc)
		return rc;
	if (r->status != IMAP_OK)
		return imap_refused(s, r, N_("to name its folders"), err);
	if (!f->meant.n)
		return missing(s, f, err);
	rc = examine(s, buf_sv(&f->meant), r, err);
	if (rc || r->status == IMAP_OK)
		return rc;
	rc = imap_refused(s, r, N_("to open the folder"), err);
	if (rc == ERR_UNAVAILABLE && err) /* its owner must look */
		err->code = ERR_CONFIG;
	return rc == ERR_UNAVAILABLE ? ERR_CONFIG : rc;
}

int imap_examine(struct imap_session *s, const char *folder, struct err *err)
{
	struct folders f = { .wanted = sv_of(folder) };
	struct imap_response r;
	struct err why = ERR_NONE;
	int rc = examine(s, f.wanted, &r, err);

	if (rc)
		return rc;
	if (r.status != IMAP_OK) {
		rc = imap_refused(s, &r, N_("to open the folder"), &why);
		if (rc == ERR_AGAIN || sv_ieq(r.code, SV("NOPERM"))) {
			if (err)
				*err = why;
			return rc;
		}
		buf_init(&f.names, NAMES_MAX);
		buf_init(&f.meant, NAME_MAX_BYTES);
		rc = look_for(s, &f, &r, &why);
		if (rc && err)
			*err = why;
		buf_release(&f.names);
		buf_release(&f.meant);
	}
	if (!rc && !s->uidvalidity)
		rc = err_set(err, ERR_UNAVAILABLE,
			     "%s does not number its mails for good (no UIDVALIDITY)",
			     imap_link_place(s->link));
	return rc;
}

/* ---- SEARCH ------------------------------------------------------------------------------ */

struct found {
	const struct imap_session *session;
	uint32_t *uids, from, to;
	size_t room, count;
	uint32_t min;
};

static int see_found(void *self, const struct imap_response *r, struct err *err)
{
	struct found *f = self;
	struct sv rest = r->rest;
	uint32_t n;

	if (imap_is(r, "ESEARCH") && imap_esearch(r, "MIN", &n))
		f->min = n;
	if (!imap_is(r, "SEARCH"))
		return 0;
	while (imap_number(&rest, &n)) {
		if (n < f->from || n > f->to) /* n:* gives the last one, always */
			continue;
		if (f->count == f->room)
			return err_set(err, ERR_UNAVAILABLE,
				       "%s finds more mails than it has",
				       imap_link_place(f->session->link));
		f->uids[f->count++] = n;
	}
	return 0;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int search(struct imap_session *s, const char *how, const char *since,
		  struct found *f, struct err *err)
{
	struct imap_response r;
	int rc = imap_command(s, err, "UID SEARCH %s%s%s%sUID %u:%u", how,
			      since[0] ? "SINCE " : "", since, since[0] ? " " : "",
			      f->from, f->to);

	if (!rc)
		rc = imap_finish(s, &r, see_found, f, err);
	if (!rc && r.status != IMAP_OK)
		rc = imap_refused(s, &r, N_("to look for mails"), err);
	return rc;
}

int imap_search(struct imap_session *s, uint32_t from, uint32_t to, const char *since,
		uint32_t *uids, size_t room, size_t *count, struct err *err)
{
	struct found f = { .session = s, .uids = uids, .from = from, .to = to };
	int rc;

	f.room = room;
	rc = search(s, "", since, &f, err);
	*count = 0;
	if (rc)
		return rc;
	qsort(uids, f.count, sizeof(*uids), by_number);
	for (size_t i = 0; i < f.count; i++)
		if (!*count || uids[*count - 1] != uids[i])
			uids[(*count)++] = uids[i];
	return 0;
}

int imap_search_min(struct imap_session *s, uint32_t from, uint32_t to, const char *since,
		    uint32_t *uid, struct err *err)
{
	struct found f = { .session = s, .from = from, .to = to };
	int rc = search(s, "RETURN (MIN) ", since, &f, err);

	*uid = f.min >= from && f.min <= to ? f.min : 0;
	return rc;
}
