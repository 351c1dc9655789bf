"""The fast lane: plain requests to ``/sparql``, answered in the loop of the server itself.

====================  ==================================================================
:mod:`.connections`   the server's connections and its loop: where requests come in
:mod:`.requests`      the plainest requests, read from their bytes
:mod:`.answering`     what becomes of one: an answer, an evaluation begun, or a thread
:mod:`.answers`       answers as bytes, ready to be sent, and those that are kept
:mod:`.handover`      what a thread goes on with, where the lane has begun
:mod:`.writing`       how the server writes an answer, whichever way it came
====================  ==================================================================

Three ways lead to an answer, and all send the same bytes but for the date and the timing:

- a request that came before, byte for byte, gets the finished answer (:mod:`.answers`);
- a plain request (:mod:`.requests`) whose query has a known shape is answered from the cache of
  results, with 304, or by a worker that is idle, without a thread and without Flask;
- whatever else, or what takes longer, is answered by the application
  (:mod:`foedus.web.protocol`), which goes on with what was begun here (:mod:`.handover`) and
  teaches the lane the shape and the answer.

So the lane decides nothing about an answer. It reads operations, formats and validators with the
functions of the application, heads are written by the application (:class:`.answers.Head`), and
it leaves every error to it. One application has one lane: nothing of it outlives a release.
"""
