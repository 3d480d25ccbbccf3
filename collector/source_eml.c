/* SPDX-License-Identifier: Apache-2.0 */
/* source_eml.c: one file, one mail, as mail programs save them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collector/mailbox.h"
#include "core/i18n.h"
#include "core/when.h"

/* clang-format off */
static const struct source_row rows[] = {
	{ "path", ROW_TEXT, "FILE", "!", 0, 0, N_("The file that holds the mail.") },
};
/* clang-format on */

struct eml {
	struct mailbox m; /* first member */
	const char *path;
	struct input in; /* import: the open file */
	struct buf mail, given;
	bool ended;
};

/* ---- is it a mail? ----------------------------------------------------------------------- */

/* "Name: value": the name, else nothing. */
static struct sv header_name(struct sv line)
{
	size_t n = 0;

	while (n < line.n && line.p[n] > ' ' && line.p[n] < 0x7f && line.p[n] != ':')
		n++;
	return n < line.n && line.p[n] == ':' ? sv_sub(line, 0, n) : sv_sub(line, 0, 0);
}

static bool is_known(struct sv name)
{
	static const struct sv known[] = {
		SV_INIT("Received"), SV_INIT("From"),	      SV_INIT("To"),
		SV_INIT("Subject"),  SV_INIT("Date"),	      SV_INIT("Message-ID"),
		SV_INIT("Reply-To"), SV_INIT("MIME-Version"), SV_INIT("Return-Path"),
		SV_INIT("Cc"),	     SV_INIT("Delivered-To"), SV_INIT("Content-Type"),
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (sv_ieq(name, known[i]))
			return true;
	return false;
}

/* Header lines up to the first empty one, two of them such as every mail has. */
static int eml_fits(struct sv head)
{
	int known = 0;

	for (int lines = 0; head.n && lines < 1000; lines++) {
		struct sv line = sv_cut(&head, '\n'), name = header_name(line);

		if (!sv_trim(line).n)
			break;
		if (lines && (line.p[0] == ' ' || line.p[0] == '\t'))
			continue;
		if (!name.n)
			return 0;
		known += is_known(name);
	}
	return known >= 2 ? 85 : 0;
}

/* ---- pull -------------------------------------------------------------------------------- */

static int read_all(struct eml *e, struct err *err)
{
	bool got = true;
	int rc = 0;

	buf_clear(&e->mail);
	while (!rc && got && e->mail.n <= MAILBOX_MAIL_MAX) {
		buf_sv_put(&e->mail, input_window(&e->in));
		e->in.from = e->in.to;
		rc = input_more(&e->in, &got, err);
	}
	if (!rc && !buf_ok(&e->mail))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	return rc;
}

/* Size and time of the file: as long as they stay, its mail is known. */
static int look(struct eml *e, int64_t *at, struct err *err)
{
	struct stat st;

	if (stat(e->path, &st))
		return err_set(err, ERR_UNAVAILABLE, "%s: %s", e->path, strerror(errno));
	*at = st.st_mtim.tv_sec * INT64_C(1000) + st.st_mtim.tv_nsec / 1000000;
	buf_clear(&e->given);
	buf_printf(&e->given, "{\"bytes\":%lld,\"changed_ms\":%lld}",
		   (long long)st.st_size, (long long)*at);
	return 0;
}

static int eml_pull(struct source *source, struct sv cursor, struct batch *out,
		    struct err *err)
{
	struct eml *e = (struct eml *)source;
	const char *slash = strrchr(e->path, '/');
	bool import = !e->m.settings;
	int64_t at = TIME_NONE;
	int rc = 0;

	if (import ? e->ended : look(e, &at, err))
		return import ? 0 : ERR_UNAVAILABLE;
	if (!import && sv_eq(cursor, buf_sv(&e->given)))
		return 0;
	if (!import)
		rc = input_open(&e->in, e->path, err);
	if (!rc)
		rc = read_all(e, err);
	if (!import)
		input_close(&e->in);
	if (rc)
		return err_at(err, "%s", e->path);
	rc = mailbox_take(&e->m, buf_sv(&e->mail), slash ? slash + 1 : e->path, at, out,
			  err);
	if (rc)
		return rc;
	e->ended = true;
	e->m.base.progress.bytes = e->m.base.progress.size;
	return mailbox_finish(&e->m, out,
			      import ? (struct sv){ NULL, 0 } : buf_sv(&e->given), err);
}

static int eml_test(struct source *source, struct source_steps *steps, struct err *err)
{
	struct eml *e = (struct eml *)source;
	int rc = input_open(&e->in, e->path, err);

	if (!rc && !eml_fits(input_window(&e->in)))
		rc = err_set(err, ERR_CONFIG, "this is no mail");
	input_close(&e->in);
	if (rc)
		return err_at(err, "%s", e->path);
	steps_ok(steps, N_("file"), e->path);
	return 0;
}

/* ---- open and close ---------------------------------------------------------------------- */

static void eml_close(struct source *source)
{
	struct eml *e = (struct eml *)source;

	if (!e)
		return;
	input_close(&e->in);
	buf_release(&e->mail);
	buf_release(&e->given);
	mailbox_release(&e->m);
	free(e);
}

static int eml_open(struct source **out, const struct source_config *config,
		    struct err *err)
{
	struct eml *e = calloc(1, sizeof(*e));
	int rc;

	*out = NULL;
	if (!e)
		return err_set(err, ERR_SYSTEM, "out of memory");
	e->in.fd = -1;
	buf_init(&e->mail, MAILBOX_MAIL_MAX + INPUT_WINDOW);
	buf_init(&e->given, 0);
	rc = mailbox_init(&e->m, &adapter_eml, config, err);
	if (rc) {
		eml_close(&e->m.base);
		return rc;
	}
	e->path = config->place;
	if (config->settings) {
		e->path = source_text(config->settings, "path");
	} else {
		e->in = *config->input;
		*config->input = (struct input){ .fd = -1 };
		e->m.base.progress.size = e->in.size;
		e->m.base.seen.bom = e->in.mark != MARK_NONE;
	}
	*out = &e->m.base;
	return 0;
}

const struct adapter adapter_eml = {
	.kind = "eml",
	.summary = N_("one mail in a file"),
	.fits = eml_fits,
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(rows[0]),
	.more_rows = mail_rows,
	.open = eml_open,
	.pull = eml_pull,
	.test = eml_test,
	.close = eml_close,
};
