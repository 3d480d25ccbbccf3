/* SPDX-License-Identifier: Apache-2.0 */
/* person.c: see person.h. */
#include "cli/person.h"

#include "cli/address.h"
#include "core/i18n.h"

enum { ID_SHORTEST = 6 };

/* As it was meant; else as it was typed, for a source may have stored it so. */
static int find(struct opinia_snapshot *snap, struct sv meant, struct sv typed,
		uint32_t *number, struct err *err)
{
	int rc = opinia_subject_find(snap, meant, number, err);

	if (rc == ERR_MISSING && !sv_eq(meant, typed))
		rc = opinia_subject_find(snap, typed, number, err);
	if (rc == ERR_MISSING && address_lacks_country(meant))
		rc = err_set(err, ERR_MISSING,
			     "nobody here has this number; if it is of another country "
			     "than its digits look like, give it with its country, as "
			     "+40722123456");
	return rc;
}

static int from_stdin(struct opinia_snapshot *snap, uint32_t *number, struct err *err)
{
	char line[ADDRESS_MAX + 3], meant[ADDRESS_MAX + 1];
	struct sv typed;
	int rc;

	if (!fgets(line, sizeof(line), stdin))
		return err_set(err, ERR_USAGE, "standard input has no address");
	typed = sv_trim(sv_of(line));
	rc = address_read(typed, meant, err);
	return rc ? rc : find(snap, sv_of(meant), typed, number, err);
}

int person_named(const struct options *o, size_t arg, struct opinia_snapshot *snap,
		 uint32_t *number, struct err *err)
{
	bool by_address = option_given(o, "address-from-stdin");
	struct sv text;

	if (by_address ? o->arg_count > arg : o->arg_count != arg + 1)
		return err_set(err, ERR_USAGE,
			       "who? A pseudonym such as c12, or --address-from-stdin");
	if (by_address)
		return from_stdin(snap, number, err);
	text = sv_of(o->args[arg]);
	if (sv_starts(text, SV("c")))
		text = sv_sub(text, 1, text.n);
	if (sv_u32(text, number) && *number)
		return 0;
	return err_set(
		err, ERR_USAGE,
		"%s is no pseudonym such as c12; an address goes to standard input, "
		"with --address-from-stdin",
		o->args[arg]);
}

/* ---- traces ---------------------------------------------------------------------------- */

struct traces {
	struct program *p;
	struct opinia_trace *all;
	size_t count, room;
	bool failed;
};

static void add(struct traces *t, struct sv text, bool phone)
{
	struct opinia_trace *more;
	struct sv copy;

	for (size_t i = 0; i < t->count; i++)
		if (sv_eq(t->all[i].text, text))
			return;
	if (t->count == t->room) {
		size_t room = t->room ? 2 * t->room : 32;

		more = arena_grow(&t->p->arena, t->all, t->room * sizeof(*more),
				  room * sizeof(*more));
		if (!more) {
			t->failed = true;
			return;
		}
		t->all = more;
		t->room = room;
	}
	if (!arena_copy(&t->p->arena, text, &copy))
		t->failed = true;
	else
		t->all[t->count++] = (struct opinia_trace){ copy, phone };
}

static int add_record(struct traces *t, struct opinia_snapshot *snap, uint32_t id,
		      struct err *err)
{
	struct opinia_stored s;
	struct arena arena;
	int rc;

	arena_init(&arena, 0);
	rc = opinia_fetch(snap, id, &arena, &s, err);
	if (!rc && s.record.external_id.n >= ID_SHORTEST)
		add(t, s.record.external_id, false);
	if (!rc && s.record.interaction.n >= ID_SHORTEST)
		add(t, s.record.interaction, false);
	arena_release(&arena);
	return rc;
}

static int finish(struct traces *t, int rc, struct opinia_trace **out, size_t *count,
		  struct err *err)
{
	*out = t->all;
	*count = t->count;
	return !rc && t->failed ? err_set(err, ERR_SYSTEM, "out of memory") : rc;
}

int person_traces(struct program *p, struct opinia_snapshot *snap,
		  const struct opinia_subject *s, struct opinia_trace **out,
		  size_t *count, struct err *err)
{
	struct traces t = { .p = p };
	int rc = 0;

	for (size_t i = 0; i < s->address_count; i++) {
		struct sv a = s->addresses[i];

		if (sv_starts(a, SV("p:+")))
			add(&t, sv_sub(a, 3, a.n), true);
		else
			add(&t, sv_sub(a, 2, a.n), false);
	}
	for (size_t i = 0; !rc && i < s->id_count; i++)
		rc = add_record(&t, snap, s->ids[i], err);
	return finish(&t, rc, out, count, err);
}

int person_record_traces(struct program *p, struct opinia_snapshot *snap, uint32_t id,
			 struct opinia_trace **out, size_t *count, struct err *err)
{
	struct traces t = { .p = p };
	int rc = add_record(&t, snap, id, err);

	return finish(&t, rc, out, count, err);
}

void person_aside_remark(struct program *p, const char *command,
			 const struct opinia_rejected *n)
{
	unsigned long others = (unsigned long)n->others;

	if (!others)
		return;
	fprintf(stderr, "opinia %s: ", command);
	fprintf(stderr,
		ngettext("%lu row in %s/rejected names no address or id of theirs; "
			 "whether "
			 "it is theirs all the same, only a person can tell\n",
			 "%lu rows in %s/rejected name no address or id of theirs; "
			 "whether "
			 "one is theirs all the same, only a person can tell\n",
			 others),
		others, p->store_dir);
}
