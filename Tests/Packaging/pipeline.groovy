// Runs a declarative Jenkinsfile, as far as the example needs it and without a server: stages in order, conditions, shells
// in the working folder, credentials from variables of the same name. Writes what became of the build to $RESULT.
import groovy.json.JsonOutput

class Ended extends Exception {
    Ended(String reason) { super(reason) }
}

class Build {
    String result = 'SUCCESS'
    String reason = ''
    boolean isTold = false
    List<String> stages = []
    List<String> reports = []
    List<String> archived = []
    List<String> questions = []
    Map<String, String> variables = [BRANCH_NAME: System.getenv('BRANCH_NAME')]
    File folder = new File('.').absoluteFile

    static void within(Object delegate, Closure body) {
        body.delegate = delegate
        body.resolveStrategy = Closure.DELEGATE_FIRST
        body()
    }
}

// What stands in `steps` and `script`.
class Steps {
    Build build
    Object getEnv() { new Expando(new HashMap()) { void setProperty(String name, Object value) { build.variables[name] = "$value".toString() } } }

    Object sh(String script) { sh(script: script) }
    Object sh(Map options) {
        def builder = new ProcessBuilder('bash', '-xe', '-c', options.script as String)
        builder.directory(build.folder).environment().putAll(build.variables)
        def process = builder.redirectErrorStream(true).start()
        process.outputStream.close()
        println(process.inputStream.text)
        int status = process.waitFor()
        if (options.returnStatus) { return status }
        if (status != 0) { throw new Ended("script returned exit code $status") }
        return null
    }
    void error(Object text) { throw new Ended(text.toString()) }
    void unstable(String text) { build.result = 'UNSTABLE'; build.reason = text }
    void script(Closure body) { Build.within(this, body) }
    void timeout(Map options, Closure body) { assert options.time > 0; Build.within(this, body) }
    void input(Map options) { build.questions << options.message }
    void junit(Map options) { build.reports.addAll(found(options.testResults)) }
    void archiveArtifacts(Map options) { build.archived.addAll(found(options.artifacts)) }
    private List<String> found(String names) { names.split(', *').findAll { new File(build.folder, it).exists() } as List }
}

class Condition {
    Build build
    boolean holds = true
    void branch(String name) { holds &= build.variables.BRANCH_NAME == name }
    void environment(Map options) { holds &= build.variables[options.name] == options.value }
}

class Post {
    Build build
    void always(Closure body) { Build.within(new Steps(build: build), body) }
}

class Stage {
    Build build
    boolean runs = true
    Closure body, after
    void when(Closure condition) { def it = new Condition(build: build); Build.within(it, condition); runs = it.holds }
    void steps(Closure body) { this.body = body }
    void post(Closure body) { after = body }
}

class Stages {
    Build build
    boolean skipsAfterUnstable
    void stage(String name, Closure definition) {
        def stage = new Stage(build: build)
        Build.within(stage, definition)
        assert stage.body != null
        if (!stage.runs || build.result == 'FAILURE' || (build.result == 'UNSTABLE' && skipsAfterUnstable)) { return }
        build.stages << name
        try {
            Build.within(new Steps(build: build), stage.body)
        } catch (Ended end) {
            build.result = 'FAILURE'
            build.reason = end.message
        }
        if (stage.after) { Build.within(new Post(build: build), stage.after) }
    }
}

class Variables {
    Build build
    String credentials(String id) { System.getenv(id.toUpperCase().replace('-', '_')) ?: '' }
    void setProperty(String name, Object value) { build.variables[name] = value as String }
}

class Options {
    boolean skipsAfterUnstable = false
    void disableConcurrentBuilds() {}
    void timeout(Map options) { assert options.time > 0 }
    void skipStagesAfterUnstable() { skipsAfterUnstable = true }
}

class Agent {
    void label(String name) { assert name }
}

class Pipeline {
    Build build
    Options chosen = new Options()
    void agent(Closure body) { Build.within(new Agent(), body) }
    void options(Closure body) { Build.within(chosen, body) }
    void environment(Closure body) { Build.within(new Variables(build: build), body) }
    void stages(Closure body) { Build.within(new Stages(build: build, skipsAfterUnstable: chosen.skipsAfterUnstable), body) }
}

def build = new Build()
def binding = new Binding()
binding.setVariable('pipeline', { Closure body -> Build.within(new Pipeline(build: build), body) })
new GroovyShell(binding).evaluate(new File(args[0]))
new File(System.getenv('RESULT')).text = JsonOutput.toJson(
    [result: build.result, reason: build.reason, stages: build.stages, reports: build.reports, archived: build.archived,
     questions: build.questions])
