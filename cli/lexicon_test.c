/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lexicon_test.c: `opinia lexicon test`: every case of every language, shipped and of the team,
 * asked of the lexicon as it stands now. The grammar of cases.txt is in lexicons/README.md.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/lexicon.h"
#include "cli/lexicon_verbs.h"
#include "core/i18n.h"

enum { CASES_MOST = 64 << 20 };

struct cases {
	struct program *p;
	struct opinia_analyzer *a;
	struct opinia_scratch *scratch;
	struct arena arena; /* of one case */
	const char *path;
	unsigned line; /* of the text */
	struct sv text;
	unsigned asked, failed;
};

static const struct topic_verdict *find_topic(const struct cases *c,
					      const struct verdict *v, struct sv id)
{
	const struct taxonomy *names = opinia_analyzer_taxonomy(c->a);

	for (uint16_t i = 0; i < v->topic_count; i++)
		if (sv_eq(names->topics[v->topics[i].topic].id, id))
			return &v->topics[i];
	return NULL;
}

static bool topics_fit(const struct cases *c, const struct verdict *v, struct sv want)
{
	bool more = sv_starts(want, SV("+"));
	uint16_t count = 0;

	if (sv_eq(want, SV("-")))
		return v->topic_count == 0;
	while (want.n) {
		struct sv label = sv_cut(&want, ','), id = sv_cut(&label, ':');
		const struct topic_verdict *t;

		id = sv_sub(id, sv_starts(id, SV("+")), id.n);
		t = find_topic(c, v, id);
		if (!t || (label.n && !sv_eq(label, sv_of(sentiment_name(t->label)))))
			return false;
		count++;
	}
	return more || count == v->topic_count;
}

static struct sv language_of(const struct cases *c, const struct verdict *v)
{
	uint8_t count;

	return opinia_analyzer_languages(c->a, &count)[v->language].code;
}

static bool fits(const struct cases *c, const struct verdict *v, struct sv key,
		 struct sv want)
{
	if (sv_eq(key, SV("sentiment")))
		return sv_eq(want, sv_of(sentiment_name(v->sentiment)));
	if (sv_eq(key, SV("lang")))
		return sv_eq(want, language_of(c, v));
	return sv_eq(key, SV("topics")) && topics_fit(c, v, want);
}

static void complain(const struct cases *c, const struct verdict *v, struct sv want)
{
	const struct taxonomy *names = opinia_analyzer_taxonomy(c->a);
	FILE *out = c->p->out;

	fprintf(out,
		"%s:%u: " SV_FMT "\n  %s " SV_FMT "\n  %s sentiment=%s topics=", c->path,
		c->line, SV_ARG(c->text), _("wanted:"), SV_ARG(want), _("came:"),
		sentiment_name(v->sentiment));
	for (uint16_t i = 0; i < v->topic_count; i++)
		fprintf(out, "%s" SV_FMT ":%s", i ? "," : "",
			SV_ARG(names->topics[v->topics[i].topic].id),
			sentiment_name(v->topics[i].label));
	fprintf(out, "%s lang=" SV_FMT "\n", v->topic_count ? "" : "-",
		SV_ARG(language_of(c, v)));
}

static int ask(struct cases *c, struct sv want, struct err *err)
{
	struct sv rest = want;
	struct verdict v;
	bool right = true;
	int rc;

	arena_reset(&c->arena);
	rc = opinia_analyze(c->a, c->scratch, c->text, SV(""), &c->arena, &v, err);
	if (rc)
		return err_at(err, "%s:%u", c->path, c->line);
	while (rest.n) {
		struct sv value = sv_cut(&rest, ' '), key = sv_cut(&value, '=');

		if (key.n)
			right &= fits(c, &v, key, value);
	}
	c->asked++;
	c->failed += !right;
	if (!right)
		complain(c, &v, want);
	return 0;
}

static int ask_all(struct cases *c, struct sv all, struct err *err)
{
	unsigned line = 0;
	int rc = 0;

	c->text = (struct sv){ NULL, 0 };
	while (!rc && all.n) {
		struct sv s = sv_cut(&all, '\n');

		line++;
		if (!sv_trim(s).n) {
			c->text.n = 0;
		} else if (sv_eq(s, SV("#")) || sv_starts(s, SV("# "))) {
			continue;
		} else if (!c->text.n) {
			c->text = s;
			c->line = line;
		} else {
			rc = ask(c, s, err);
			c->text.n = 0;
		}
	}
	return rc;
}

/* A folder without cases is none the worse. */
static int ask_file(struct cases *c, struct err *err)
{
	FILE *in = fopen(c->path, "re");
	struct buf all;
	char *to;
	size_t n = 1;
	int rc;

	if (!in)
		return 0;
	buf_init(&all, CASES_MOST);
	while (n && (to = buf_room(&all, 65536)) != NULL) {
		n = fread(to, 1, 65536, in);
		buf_took(&all, n);
	}
	rc = buf_ok(&all) && !ferror(in)
		     ? ask_all(c, buf_sv(&all), err)
		     : err_set(err, ERR_SYSTEM, "%s cannot be read", c->path);
	fclose(in);
	buf_release(&all);
	return rc;
}

static int ask_folder(struct cases *c, const char *dir, struct err *err)
{
	uint8_t count;
	const struct opinia_language *l = opinia_analyzer_languages(c->a, &count);
	int rc = 0;

	for (uint8_t i = 0; i < count && !rc && dir; i++) {
		c->path = arena_printf(&c->p->arena, "%s/" SV_FMT "/cases.txt", dir,
				       SV_ARG(l[i].code));
		rc = c->path ? ask_file(c, err)
			     : err_set(err, ERR_SYSTEM, "out of memory");
	}
	return rc;
}

int lexicon_test(struct program *p, const struct options *o, struct err *err)
{
	const char *overlay = o->arg_count > 1 ? o->args[1] : NULL;
	const char *team = arena_printf(&p->arena, "%s/lexicons.d", p->store_dir);
	struct cases c = { .p = p };
	int rc = lexicon_open(p->store_dir, overlay, (struct lexicon_ear){ NULL, NULL },
			      &c.a, &p->arena, err);

	if (rc)
		return rc;
	arena_init(&c.arena, 0);
	c.scratch = opinia_scratch_new(c.a);
	rc = c.scratch ? ask_folder(&c, lexicon_sources(&p->arena), err)
		       : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = ask_folder(&c, team, err);
	if (!rc)
		rc = ask_folder(&c, overlay, err);
	opinia_scratch_free(c.scratch);
	opinia_analyzer_close(c.a);
	arena_release(&c.arena);
	if (rc)
		return rc;
	fprintf(p->out, _("%u of %u cases pass\n"), c.asked - c.failed, c.asked);
	return c.failed ? err_set(err, ERR_NOTHING, "%u cases fail", c.failed) : 0;
}
