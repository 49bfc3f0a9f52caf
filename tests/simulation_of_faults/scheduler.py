"""Several programs on one machine that has one hand: a seed decides whose turn it is, and who dies where.

Each task is a thread, but only the one that holds the baton runs; it gives it up at every boundary of a transaction, when
it waits, and when it ends. So a run is the same every time its seed is the same.
"""

import threading
from collections import deque


class Killed(BaseException):
    """The program died here: nothing of it goes on, not even what it would do on the way out."""


class Program:
    """What dies together: the tasks of one process."""

    def __init__(self, name):
        self.name, self.dead = name, False


class Task:
    """One thread of a program."""

    def __init__(self, program, work):
        self.program, self._work = program, work
        self.done, self.result, self.error = False, None, None
        self.baton = threading.Semaphore(0)

    def run(self):
        try:
            self.result = self._work()
        except BaseException as error:
            self.error = error
        self.done = True


class Scheduler:
    """Gives the baton to one task after the other, as `random` has it."""

    def __init__(self, random):
        self._random = random
        self._tasks = []
        self._back = threading.Semaphore(0)
        self._here = threading.local()

    @property
    def current(self):
        """The task that holds the baton, or None outside of all tasks."""
        return getattr(self._here, "task", None)

    def spawn(self, program, work):
        """A new task of a program; it runs when it is its turn."""
        task = Task(program, work)

        def live():
            task.baton.acquire()
            self._here.task = task
            task.run()
            self._back.release()

        threading.Thread(target=live, daemon=True).start()
        self._tasks.append(task)
        return task

    def run(self):
        """Give turns until no task is left."""
        while self._tasks:
            self._random.choice(self._tasks).baton.release()
            self._back.acquire()
            self._tasks = [task for task in self._tasks if not task.done]

    def pause(self):
        """Give up the baton; who is dead when his turn comes again is killed."""
        task = self.current
        if task is None:
            return
        self._back.release()
        task.baton.acquire()
        if task.program.dead:
            raise Killed

    def executor(self):
        """What stands in the place of a pool of threads: each piece of work is a task of the same program."""
        scheduler = self

        class Executor:
            def __init__(self, *_):
                self._begun = []

            def __enter__(self):
                return self

            def __exit__(self, *_):
                for task in self._begun:
                    Result(task).wait()

            def submit(self, work, *arguments):
                task = scheduler.spawn(scheduler.current.program, lambda: work(*arguments))
                self._begun.append(task)
                return Result(task)

        class Result:
            def __init__(self, task):
                self._task = task

            def wait(self):
                while not self._task.done:
                    scheduler.pause()

            def result(self):
                self.wait()
                if self._task.error is not None:
                    raise self._task.error
                return self._task.result

        return Executor

    def lock(self):
        """What stands in the place of a lock between threads: whoever waits for it gives up the baton."""
        scheduler = self

        class Lock:
            def __init__(self):
                self._queue = deque()

            def __enter__(self):
                me = scheduler.current or self
                self._queue.append(me)
                try:
                    while self._queue[0] is not me:
                        scheduler.pause()
                except BaseException:
                    self._queue.remove(me)
                    raise

            def __exit__(self, *_):
                self._queue.popleft()

        return Lock
