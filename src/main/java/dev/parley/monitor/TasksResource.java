package dev.parley.monitor;

import dev.parley.problem.Refused;
import dev.parley.task.TaskKind;
import dev.parley.task.TaskManager;
import dev.parley.task.TaskView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Background work: looked at, cancelled, started at once, scheduled again. */
@Singleton
class TasksResource implements OpsResource, Topic {
    private static final Logger LOG = Logger.getLogger(TasksResource.class);
    private static final String ONE = "/tasks/:name";

    private final TaskManager tasks;

    TasksResource(TaskManager tasks) {
        this.tasks = tasks;
    }

    @Override
    public void register(Routes routes) {
        routes.get("/tasks", _ -> Reply.now(snapshot()));
        routes.get(ONE, request -> Reply.now(known(request)));
        routes.post(ONE + "/cancel", this::cancel);
        routes.post(ONE + "/trigger", this::trigger);
        routes.post(ONE + "/reschedule", this::reschedule);
    }

    @Override
    public String topic() {
        return "tasks";
    }

    @Override
    public Object snapshot() {
        return new Listed(tasks.tasks());
    }

    /** Waits for the run that it interrupts, which an event loop must not. */
    private Future<Reply> cancel(RoutingContext request) {
        var task = known(request);
        if (task.kind() == TaskKind.DELAYED) {
            throw Refused.conflict("A delayed task is not cancelled by hand: what asked for its runs relies on them");
        }
        LOG.infof("Task %s is cancelled by an operator at %s", task.name(), Asked.address(request));
        return request.vertx()
                .executeBlocking(() -> tasks.cancel(task.name()), false)
                .map(_ -> Reply.ok(known(request)));
    }

    private Future<Reply> trigger(RoutingContext request) {
        var task = recurring(request);
        LOG.infof("Task %s is triggered by an operator at %s", task.name(), Asked.address(request));
        var _ = tasks.trigger(task.name());
        return Future.succeededFuture(Reply.accepted(known(request)));
    }

    private Future<Reply> reschedule(RoutingContext request) {
        var task = recurring(request);
        if (!tasks.reschedule(task.name())) {
            throw Refused.conflict("The task is not cancelled, or the program stops");
        }
        LOG.infof("Task %s is scheduled again by an operator at %s", task.name(), Asked.address(request));
        return Reply.now(known(request));
    }

    private TaskView recurring(RoutingContext request) {
        var task = known(request);
        if (task.kind() != TaskKind.RECURRING) {
            throw Refused.conflict("Only a recurring task can be started or scheduled by hand; this one is "
                    + task.kind().wireName());
        }
        return task;
    }

    private TaskView known(RoutingContext request) {
        Supplier<Refused> none = () -> Routes.notFound("No such task; GET /ops/tasks lists them");
        return tasks.task(Asked.path(request, "name")).orElseThrow(none);
    }

    @RegisterForReflection
    record Listed(List<TaskView> tasks) {}
}
