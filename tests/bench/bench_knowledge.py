"""How often the passage that answers a question is among the first five: by meaning, by words, and by both.

Run with `python -m tests.bench.bench_knowledge`. The texts are fables of Aesop, told anew from the public domain; half of the
questions use other words than the fable, half name something in it.
"""

import asyncio
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "graphapp.settings")

FABLES = {
    "fox-grapes": "A famished fox saw clusters of ripe black grapes on a trellised vine. She could not reach them, and "
    "turned away saying: the grapes are sour, and not ripe as I thought.",
    "hare-tortoise": "A hare ridiculed the short feet and slow pace of the tortoise. They ran a race; the hare lay down "
    "and fell asleep, and the tortoise, plodding on without stopping, won.",
    "lion-mouse": "A lion let a mouse go that had run over his face. Later hunters bound him by ropes to the ground, "
    "and the mouse gnawed the rope with his teeth and set him free.",
    "shepherd-boy": "A shepherd boy shouted that a wolf had come, and laughed when the villagers ran to help. When the "
    "wolf truly came nobody paid heed to his cries, and the whole flock was destroyed.",
    "crow-pitcher": "A crow perishing with thirst found a pitcher with so little water that he could not get at it. He "
    "dropped stones into it one by one until the water rose within his reach.",
    "ant-grasshopper": "The ants were drying grain collected in summer. A grasshopper perishing with famine begged for food; "
    "they said: if you sang all summer, you must dance supperless to bed in winter.",
    "dog-shadow": "A dog crossing a bridge with a piece of flesh in his mouth saw his own shadow in the water, took it "
    "for another dog with a larger piece, let go of his own, and lost both.",
    "goose-eggs": "A cottager had a hen that laid a golden egg every day. Supposing a great lump of gold inside, they "
    "killed it, and found that it differed in no respect from other hens.",
    "town-mouse": "A country mouse visited a town mouse and dined on cheese and honey, but they fled whenever somebody "
    "opened the door. She went home: I prefer barley and roots in safety and without fear.",
    "wind-sun": "The north wind and the sun disputed who was stronger, and who first stripped a traveller of his "
    "cloak should win. The wind blew and he wrapped it closer; the sun shone and he took it off.",
    "frogs-king": "The frogs asked Jupiter for a king. He threw down a log, which they despised for its meekness. Then "
    "he sent a heron, who preyed upon them day by day till none was left to croak.",
    "miller-donkey": "A miller and his son drove their ass to the fair. Blamed by all whom they met, they rode, walked and "
    "carried it on a pole, until it fell into the river. By trying to please everybody they pleased "
    "nobody.",
    "bundle-sticks": "A father gave his quarrelling sons a faggot of sticks, which none could break. Then he untied it and "
    "gave them the sticks one by one, and they broke them easily.",
    "fox-crow": "A fox praised the beauty of a crow who held a piece of cheese, and doubted her voice. Anxious to "
    "refute him she gave a loud caw, and dropped the cheese into his mouth.",
    "belling-cat": "The mice held a council how to be warned of the cat. A bell about her neck was applauded by all, "
    "until one asked who among them would tie it there.",
    "wolf-lamb": "A wolf looked for a plea to eat a lamb: it had insulted him last year, when it was not born; it fed "
    "in his pasture, though it had tasted no grass. I will not go supperless, he said, and ate it.",
    "stag-pool": "A stag admired his horns in a pool and was ashamed of his thin legs. When a lion pursued him his "
    "legs saved him in the plain, but his horns caught in the wood and he perished.",
    "farmer-snake": "A farmer found a snake stiff and frozen with cold, and placed it in his bosom out of compassion. "
    "Revived by the warmth it bit its benefactor, who died.",
    "mercury-woodman": "A woodman dropped his axe into a river. Mercury dived and brought up one of gold and one of silver, "
    "which he refused as not his own; pleased with his honesty, the god gave him all three.",
    "milkmaid": "A milkmaid with a pail on her head reckoned that its price would buy three hundred eggs, then "
    "chickens, then a gown in which she would toss her head at suitors. She tossed it, and the milk fell.",
    "bear-travellers": "Two men met a bear. One climbed a tree; the other fell flat and held his breath, for a bear will not "
    "touch a dead body. It told me, he said, never to travel with a friend who deserts you.",
    "wolf-sheepskin": "A wolf disguised himself in the skin of a sheep and pastured with the flock. In the evening the "
    "shepherd, wanting meat, took him for a sheep and killed him instantly.",
    "oak-reeds": "A great oak was uprooted by the wind and thrown among the reeds. You fought the wind and were "
    "destroyed, they said, while we bend before the least breath of air and remain unbroken.",
    "cock-jewel": "A cock scratching for food found a precious stone. Your owner would prize you, he said, but to me "
    "one barleycorn is worth more than all the jewels of the world.",
}  # fmt: skip
ASKED = {
    "fox-grapes": ("pretending not to want what one cannot have", "ripe black grapes on a vine"),
    "hare-tortoise": ("steady effort beats careless talent", "race with the tortoise"),
    "lion-mouse": ("even the weak can repay the mighty", "who gnawed the rope"),
    "shepherd-boy": ("nobody believes somebody who keeps lying", "flock of the shepherd boy"),
    "crow-pitcher": ("a clever trick to get a drink", "stones dropped into a pitcher"),
    "ant-grasshopper": ("save up in good times for hard times", "why the grasshopper begged the ants"),
    "dog-shadow": ("greed made him lose what he already owned", "dog on the bridge with flesh"),
    "goose-eggs": ("destroying the source of one's wealth out of impatience", "golden egg every day"),
    "town-mouse": ("a simple life in peace is better than luxury with danger", "barley and roots"),
    "wind-sun": ("gentleness persuades better than force", "the traveller's cloak"),
    "frogs-king": ("be careful which ruler you wish for", "Jupiter threw down a log"),
    "miller-donkey": ("you cannot satisfy everyone", "the ass carried on a pole"),
    "bundle-sticks": ("unity makes a family strong", "a faggot of sticks"),
    "fox-crow": ("do not trust flatterers", "the crow dropped the cheese"),
    "belling-cat": ("plans are easy to propose and hard to carry out", "a bell about the neck of the cat"),
    "wolf-lamb": ("a tyrant always finds an excuse", "the lamb had tasted no grass"),
    "stag-pool": ("what we undervalue may be most useful to us", "horns of the stag"),
    "farmer-snake": ("kindness to the wicked is punished", "a frozen snake in the bosom"),
    "mercury-woodman": ("truthfulness is rewarded", "Mercury and the axe"),
    "milkmaid": ("dreaming of profits that are not made yet", "pail of the milkmaid"),
    "bear-travellers": ("misfortune shows who is loyal", "held his breath before the bear"),
    "wolf-sheepskin": ("an impostor is undone by his own deception", "skin of a sheep"),
    "oak-reeds": ("yielding survives where resistance breaks", "the oak among the reeds"),
    "cock-jewel": ("value depends on what one needs", "one barleycorn"),
}
MODES = ("vector", "text", "hybrid")


def main() -> None:
    """Index the fables with the local model, ask for each, and print how often it was among the first five, and first."""
    import django
    from django.core.management import call_command

    from tests.real.servers import point_django_at, running_servers

    django.setup()
    with running_servers() as servers:
        point_django_at(servers)
        call_command("migrate", verbosity=0)
        asyncio.run(measure())


async def measure() -> None:
    """Measure all three."""
    from asgiref.sync import sync_to_async

    from runs.knowledge.service import StoredKnowledge
    from runs.providers.embeddings import Embeddings
    from runs.providers.minilm import MiniLm

    embeddings = Embeddings(None, MiniLm())
    base = await sync_to_async(fill)(embeddings)
    knowledge = StoredKnowledge(embeddings)
    for kind, place in (("other words", 0), ("its own words", 1)):
        for mode in MODES:
            ranks = [await rank(knowledge, base, name, questions[place], mode) for name, questions in ASKED.items()]
            five = sum(at is not None and at <= 5 for at in ranks) / len(ranks)
            one = sum(at == 1 for at in ranks) / len(ranks)
            print(f"{kind:14} {mode:7} recall@5 {five:.2f}  first {one:.2f}  ({len(ranks)} questions)")


async def rank(knowledge, base, name, question, mode):
    """Say at which place the fable stands that is asked for."""
    from editor.graph.context import KnowledgeQuery
    from runs.knowledge.service import asked_of, in_thread

    query = KnowledgeQuery(str(base.pk), question, 5, mode)
    found = await knowledge.find(await in_thread(lambda: asked_of(base, query)), query)
    names = [one["document"] for one in found["passages"]]
    return names.index(f"{name}.txt") + 1 if f"{name}.txt" in names else None


def fill(embeddings):
    """Index the fables."""
    from editor.knowledge.services import base_create, document_add
    from graphapp.accounts.models import User
    from tests.support.knowledge import index_all

    base = base_create(actor=User.objects.create_user("bench@example.org", "a long password"), name="Fables")
    for name, text in FABLES.items():
        document_add(base=base, actor=base.owner, name=f"{name}.txt", body=text.encode())
    index_all(embed=lambda model, texts: asyncio.run(embeddings.embed(model, texts, "passage")))
    return base


if __name__ == "__main__":
    main()
