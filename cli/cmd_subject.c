/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_subject.c: `subject export`: everything that is held on one person, as one JSON object. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/audit.h"
#include "cli/person.h"
#include "cli/record_json.h"
#include "cli/subcommand.h"
#include "core/i18n.h"
#include "core/json_out.h"

static const struct option_row rows[] = {
	OPTION_ADDRESS,
	{ "out", OPTION_TEXT, "FILE",
	  N_("Write there (0600, never over a file that is there)") },
	OPTION_REASON,
};

struct writing {
	struct program *p;
	struct opinia_snapshot *snap;
	FILE *out;
	struct buf b;
	struct arena arena;
	uint32_t number; /* whose */
	bool some;	 /* a record was written */
	struct opinia_trace *traces;
	size_t trace_count;
};

static void put_addresses(struct buf *b, const struct opinia_subject *s)
{
	for (size_t i = 0; i < s->address_count; i++) {
		struct sv a = s->addresses[i];
		const char *kind = a.p[0] == 'e'   ? "email"
				   : a.p[0] == 'p' ? "phone"
						   : "crm";

		buf_printf(b, "%s{\"kind\":\"%s\",\"value\":", i ? "," : "", kind);
		json_put_text(b, sv_sub(a, 2, a.n));
		buf_char(b, '}');
	}
}

static int flush(struct writing *w, struct err *err)
{
	bool good = buf_ok(&w->b) && fwrite(w->b.p, 1, w->b.n, w->out) == w->b.n;

	buf_clear(&w->b);
	return good ? 0
		    : err_set(err, ERR_SYSTEM, "the export could not be written: %s",
			      strerror(errno));
}

/*
 * Was this revision the person's, or nobody's yet? What a record said while it named somebody else
 * is held on them, and is nothing for this one to read.
 */
static bool is_theirs(struct writing *w, const struct opinia_stored *s)
{
	const struct sv named[] = { s->record.email, s->record.phone, s->record.crm };

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		struct err none = ERR_NONE;
		uint32_t number;
		int rc = named[i].n
				 ? opinia_subject_find(w->snap, named[i], &number, &none)
				 : ERR_USAGE;

		if (rc != ERR_USAGE && (rc || number != w->number))
			return false;
	}
	return !s->customer || s->customer == w->number;
}

/* Revisions before the @count-th that are theirs, oldest first. @alone: as records, not as a list. */
static int put_past(struct writing *w, uint32_t id, uint32_t count, bool alone,
		    struct err *err)
{
	bool first = !alone || !w->some;

	for (uint32_t r = 0; r < count; r++) {
		struct opinia_stored past;
		struct err none = ERR_NONE;
		int rc = opinia_fetch_past(w->snap, id, r, &w->arena, &past, &none);

		if (rc == ERR_MISSING ||
		    (!rc && (!is_theirs(w, &past) || (alone && !past.readable))))
			continue;
		if (rc) {
			*err = none;
			return rc;
		}
		buf_str(&w->b, first ? "\n" : ",\n");
		buf_str(&w->b, alone ? "" : "  ");
		record_json(w->p, &past, &w->b);
		first = false;
		w->some |= alone;
	}
	return 0;
}

/* The record with its earlier revisions, oldest first. */
static int put_one(struct writing *w, uint32_t id, struct err *err)
{
	struct opinia_stored s;
	int rc;

	arena_reset(&w->arena);
	rc = opinia_fetch(w->snap, id, &w->arena, &s, err);
	if (rc)
		return rc;
	record_json(w->p, &s, &w->b);
	w->b.n--; /* the object goes on */
	buf_str(&w->b, ",\"history\":[");
	rc = put_past(w, id, s.revision, false, err);
	buf_str(&w->b, "]}");
	w->some = true;
	return rc ? rc : flush(w, err);
}

/* A record that is somebody else's by now, as it was when it was theirs. */
static int put_other(struct writing *w, uint32_t id, struct err *err)
{
	struct opinia_stored s;
	int rc;

	arena_reset(&w->arena);
	rc = opinia_fetch(w->snap, id, &w->arena, &s, err);
	if (!rc)
		rc = put_past(w, id, s.revision, true, err);
	return rc ? rc : flush(w, err);
}

static int put_row(void *self, struct sv file, struct sv row, struct err *err)
{
	struct writing *w = self;

	buf_str(&w->b, w->some ? ",\n" : "\n");
	buf_str(&w->b, "{\"file\":");
	json_put_text(&w->b, file);
	buf_str(&w->b, ",\"row\":");
	json_put_text(&w->b, row);
	buf_char(&w->b, '}');
	w->some = true;
	return flush(w, err);
}

/* What was no record, and names them. */
static int put_aside(struct writing *w, struct err *err)
{
	const char *dir = arena_printf(&w->p->arena, "%s/rejected", w->p->store_dir);
	struct opinia_rejected n;
	int rc;

	if (!dir)
		return err_set(err, ERR_SYSTEM, "out of memory");
	buf_str(&w->b, "],\n\"set_aside\":[");
	w->some = false;
	rc = opinia_rejected_find(dir, w->traces, w->trace_count, put_row, w, &n, err);
	if (!rc)
		person_aside_remark(w->p, "subject", &n);
	return rc;
}

static int put_all(struct writing *w, const struct opinia_subject *s, struct err *err)
{
	char now[WHEN_TEXT_MAX];
	int rc = 0;

	when_format(w->p->now, now);
	buf_printf(&w->b, "{\"customer\":\"c%u\",\"exported_at\":\"%s\",\"addresses\":[",
		   s->number, now);
	put_addresses(&w->b, s);
	buf_str(&w->b, "],\n\"records\":[");
	for (size_t i = 0; !rc && i < s->id_count; i++) {
		buf_str(&w->b, i ? ",\n" : "\n");
		rc = put_one(w, s->ids[i], err);
	}
	for (size_t i = 0; !rc && i < s->past_count; i++)
		rc = put_other(w, s->past[i], err);
	if (!rc)
		rc = put_aside(w, err);
	buf_str(&w->b, "]}\n");
	return rc ? rc : flush(w, err);
}

static FILE *open_out(struct program *p, const char *path, struct err *err)
{
	int fd;
	FILE *f;

	if (!path)
		return p->out;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!f) {
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return f;
}

static int export_to(struct writing *w, const struct opinia_subject *s, const char *path,
		     struct err *err)
{
	int rc;

	w->number = s->number;
	w->out = open_out(w->p, path, err);
	if (!w->out)
		return ERR_SYSTEM;
	buf_init(&w->b, 0);
	arena_init(&w->arena, 0);
	rc = put_all(w, s, err);
	buf_release(&w->b);
	arena_release(&w->arena);
	if (path && fclose(w->out) && !rc)
		rc = err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
	if (path && rc)
		unlink(path);
	return rc;
}

static int subject_run(struct program *p, const struct options *o, struct err *err)
{
	struct writing w = { .p = p };
	struct opinia_subject s;
	struct opinia_audit entry;
	uint32_t number;
	int rc;

	if (!o->arg_count || strcmp(o->args[0], "export") != 0)
		return err_set(err, ERR_USAGE,
			       "what about whom? opinia subject export c12");
	rc = opinia_snapshot_open(p->store, &w.snap, err);
	if (rc)
		return rc;
	rc = person_named(o, 1, w.snap, &number, err);
	if (!rc)
		rc = opinia_subject_read(w.snap, number, &p->arena, &s, err);
	if (!rc)
		rc = person_traces(p, w.snap, &s, &w.traces, &w.trace_count, err);
	if (!rc) {
		entry = audit_entry(p, "export",
				    sv_of(arena_printf(&p->arena, "c%u", s.number)),
				    sv_of(option_text(o, "reason", NULL)));
		rc = opinia_store_audit(p->store, &entry, err);
	}
	if (!rc)
		rc = export_to(&w, &s, option_text(o, "out", NULL), err);
	opinia_snapshot_close(w.snap);
	return rc;
}

const struct subcommand cmd_subject = {
	.name = "subject",
	.args = "export CUSTOMER | export --address-from-stdin",
	.summary = N_("Write everything that is held on one person"),
	.opens = OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = subject_run,
	.examples =
		"  echo maria.dima85@example.ro | opinia subject export "
		"--address-from-stdin\n"
		"  opinia subject export c1 --out c1.json --reason 'asked for by mail'\n",
};
