/* SPDX-License-Identifier: Apache-2.0 */
/* mailbox.c: see mailbox.h. */
#include "collector/mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_MAX = 64 << 10 };

/* An import's mails go to FILE.rejected, beside the file, as rows of other files do. */
static int aside_of_import(struct mailbox *m, const char *place, struct err *err)
{
	const struct import_options *o = m->options;
	size_t n = strlen(place);

	aside_init(&m->aside, NULL, m->name);
	if (o->dry_run || (!o->rejected && strcmp(place, "-") == 0))
		return 0;
	while (n > 1 && place[n - 1] == '/')
		n--;
	m->aside.path =
		o->rejected ? strdup(o->rejected) : malloc(n + sizeof(".rejected"));
	if (!m->aside.path)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!o->rejected) {
		memcpy(m->aside.path, place, n);
		memcpy(m->aside.path + n, ".rejected", sizeof(".rejected"));
	}
	return 0;
}

int mailbox_init(struct mailbox *m, const struct adapter *adapter,
		 const struct source_config *config, struct err *err)
{
	const struct collect_env *env = config->env;
	const struct import_options *o = config->options;
	int rc = 0;

	m->base.adapter = adapter;
	m->settings = config->settings;
	m->env = env;
	m->options = o;
	m->aside.fd = -1;
	m->name = config->settings ? config->settings->name
		  : o->source	   ? o->source
				   : "files";
	arena_init(&m->arena, 0);
	if (config->settings)
		aside_init(&m->aside, env->rejected_dir, m->name);
	else
		rc = aside_of_import(m, config->place, err);
	if (!rc)
		rc = mail_open(&m->mail, &m->base, config->settings, o, env,
			       env ? env->mime_program : o->mime_program, &m->aside, err);
	if (config->settings)
		return rc;
	m->base.seen = (struct import_recognised){ .format = adapter->kind,
						   .encoding = "UTF-8",
						   .dates = "none",
						   .kind = KIND_FEEDBACK };
	return rc;
}

void mailbox_release(struct mailbox *m)
{
	mail_close(m->mail);
	aside_release(&m->aside);
	arena_release(&m->arena);
}

const struct cancel *mailbox_cancel(const struct mailbox *m)
{
	return m->env ? m->env->cancel : NULL;
}

int mailbox_refuse(struct mailbox *m, struct sv head, const char *place, const char *why,
		   struct err *err)
{
	m->base.progress.rows++;
	m->base.progress.rejected++;
	return aside_put(&m->aside, place, why, sv_sub(head, 0, HEAD_MAX), err);
}

int mailbox_take(struct mailbox *m, struct sv raw, const char *place, int64_t arrived_at,
		 struct batch *out, struct err *err)
{
	char why[120];

	if (raw.n <= MAILBOX_MAIL_MAX)
		return mail_take(m->mail, raw, place, arrived_at, out, err);
	snprintf(why, sizeof(why), "more than %d MB; this is its beginning",
		 MAILBOX_MAIL_MAX >> 20);
	return mailbox_refuse(m, raw, place, why, err);
}

int mailbox_finish(struct mailbox *m, struct batch *out, struct sv cursor,
		   struct err *err)
{
	m->base.rejects = m->aside.said;
	m->base.reject_count = m->aside.said_count;
	m->base.rejected_path = m->aside.count ? m->aside.path : NULL;
	if (cursor.n && (!arena_copy(&out->arena, cursor, &out->cursor) ||
			 !arena_copy(&out->arena, sv_of(m->name), &out->source)))
		return err_set(err, ERR_SYSTEM, "out of memory");
	return aside_sync(&m->aside, err);
}

bool mailbox_cursor(struct json_in *j, struct arena *arena, struct sv *key,
		    struct sv *value)
{
	enum json_event e = json_next(j);

	if (e == JSON_OBJECT)
		e = json_next(j);
	if (e != JSON_KEY || !json_text(j, arena, key))
		return false;
	e = json_next(j);
	*value = j->text;
	return e == JSON_NUMBER || (e == JSON_STRING && json_text(j, arena, value));
}
