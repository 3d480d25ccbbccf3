/* SPDX-License-Identifier: Apache-2.0 */
/* retagging.c: see retagging.h. In the store it is a line "FROM TO READ ALL", or "-" when it is done. */
#include "cli/retagging.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/i18n.h"

static const struct sv under = { "[retag]", 7 }; /* no source has such a name */

int retagging_read(struct program *p, struct retagging *out, struct err *err)
{
	struct sv text;
	char line[256];
	int rc = opinia_store_state(p->store, under, &p->arena, &text, err);

	memset(out, 0, sizeof(*out));
	if (rc || text.n >= sizeof(line))
		return rc;
	snprintf(line, sizeof(line), SV_FMT, SV_ARG(text));
	if (sscanf(line, "%79s %79s %" SCNu64 " %" SCNu64, out->from, out->to, &out->read,
		   &out->all) != 4)
		memset(out, 0, sizeof(*out));
	if (!strcmp(out->from, "-"))
		out->from[0] = '\0';
	return 0;
}

int retagging_write(struct program *p, const struct retagging *r, struct err *err)
{
	char line[256] = "-";

	if (r)
		snprintf(line, sizeof(line), "%s %s %" PRIu64 " %" PRIu64,
			 r->from[0] ? r->from : "-", r->to, r->read, r->all);
	return opinia_store_state_put(p->store, under, sv_of(line), err);
}

unsigned retagging_percent(const struct retagging *r)
{
	return r->all ? (unsigned)(r->read * 100 / r->all) : 0;
}

const char *retagging_words(struct program *p)
{
	struct err lost = ERR_NONE;
	struct retagging r;

	if (retagging_read(p, &r, &lost) || !r.to[0])
		return NULL;
	return arena_printf(
		&p->arena,
		_("comments are being read again with another lexicon, %u %% so "
		  "far: the others still have the verdict of before (`opinia "
		  "retag --status`)"),
		retagging_percent(&r));
}

const char *retagging_count(struct program *p, const struct filter *f)
{
	struct err lost = ERR_NONE;
	uint64_t older, all;

	if (!f || opinia_stale(p->snap, f, &older, &all, &lost) || !older || older == all)
		return NULL;
	return arena_printf(
		&p->arena,
		ngettext("%llu of %llu comments in it was read with an older lexicon "
			 "(`opinia retag`)",
			 "%llu of %llu comments in it were read with an older lexicon "
			 "(`opinia retag`)",
			 (unsigned long)older),
		(unsigned long long)older, (unsigned long long)all);
}

int retagging_done(struct program *p, struct err *err)
{
	int rc = retagging_write(p, NULL, err);

	return rc ? rc : opinia_store_settle(p->store, err);
}
