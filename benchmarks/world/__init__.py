"""The world as it is: feeds whose pages are stories, walls, errors and noise, over three polls.

``python -m benchmarks.world`` serves 200 feeds on loopback, runs the whole system on them, and says
of every entry whether its story went out, as it stands at the end, and nothing else in its place.
In the listing: ``telling`` invents the stories, ``walls`` holds what stands in their way, ``kinds``
says what each kind of page answers poll by poll, ``site`` serves them, ``judging`` compares.
"""
