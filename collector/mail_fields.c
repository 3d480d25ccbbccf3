/* SPDX-License-Identifier: Apache-2.0 */
/* mail_fields.c: see mail_fields.h. What is said twice counts once; the first one counts. */
#include "collector/mail_fields.h"

#include <stdio.h>

#include "core/i18n.h"

static void add(struct mail_list *l, struct sv text)
{
	if (l->count < MAIL_LIST_MAX)
		l->at[l->count++] = text;
	else
		l->at[MAIL_LIST_MAX - 1] = text; /* the thread's first mail comes last */
}

static struct mail_list *list_of(struct mail_fields *f, enum mime_field field)
{
	switch (field) {
	case MIME_TO:
		return &f->to;
	case MIME_REFERENCE:
		return &f->references;
	case MIME_BOUNCED_TO:
		return &f->bounced;
	case MIME_RETURNED:
		return &f->returned;
	case MIME_TABLE:
		return &f->tables;
	default:
		return NULL;
	}
}

static struct sv *text_of(struct mail_fields *f, enum mime_field field)
{
	switch (field) {
	case MIME_ERROR:
		return &f->error;
	case MIME_SUBJECT:
		return &f->subject;
	case MIME_FROM:
		return &f->from;
	case MIME_MESSAGE_ID:
		return &f->message_id;
	case MIME_MACHINE:
		return &f->machine;
	case MIME_TEXT:
		return &f->text;
	case MIME_LANGUAGE:
		return &f->language;
	default:
		return NULL;
	}
}

int mail_fields_read(struct mail_fields *f, struct sv answer, struct err *err)
{
	enum mime_field field;
	struct sv text;
	char why[200];

	*f = (struct mail_fields){ .date = TIME_NONE };
	while (mime_next(&answer, &field, &text)) {
		struct mail_list *list = list_of(f, field);
		struct sv *one = text_of(f, field);

		if (list)
			add(list, text);
		else if (one && !one->n)
			*one = text;
		else if (field == MIME_DATE && !sv_i64(text, &f->date))
			f->date = TIME_NONE;
	}
	if (!f->error.n)
		return 0;
	snprintf(why, sizeof(why), SV_FMT, SV_ARG(f->error));
	return err_set(err, ERR_INPUT, "%s", _(why)); /* the child speaks English */
}
