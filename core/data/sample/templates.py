"""Question templates of the synthetic sample: one entry a slot name, one choice a line.

Data only. A slot is written `{name}`; `{name:a}`, `{name:s}`, `{name:ing}` and `{name:cap}` ask for
the article, the plural, the -ing form and a capital. A part in square brackets is used one time in
three.
"""

_HARM = """
    accuse {victim} of {misdeed}
    avoid {victim} because of {gripe}
    blame {victim} for {mess}
    blame {victim} whenever they hear about {mess}
    post nonsense about {victim} on {app}
    call {victim} {bad_adj}
    call {victim} {bad_noun}
    cheat {victim} out of {benefit}
    cut off {victim} without saying sorry
    deny {victim} {benefit}
    drive {victim} out of {nice_thing}
    expect {victim} to {good_vp}
    hate {victim} because of {gripe}
    ignore {victim} when they ask about {gripe}
    interrupt {victim} all the time
    keep {victim} awake at night
    keep {victim} out of {nice_thing}
    laugh at {victim} for being {bad_adj}
    lecture {victim} about {topic}
    lie to {victim} about {gripe}
    lie to {victim} about {mess}
    look down on {victim}
    make fun of {victim} for being {good_adj}
    make {victim} feel {feeling}
    make {victim} pay for {mess}
    overcharge {victim} for {thing:s}
    patronise {victim} when it comes to {topic}
    punish {victim} for {mess}
    push {victim} aside in a queue
    refuse to listen to {victim}
    refuse to share {nice_thing} with {victim}
    {ruin} {nice_thing} for {victim}
    shout at {victim} about {gripe}
    spread lies about {victim}
    stare at {victim} as if they were {bad_noun}
    take advantage of {victim}
    think that {victim} are {bad_adj}
    treat {victim} like {bad_noun}
    want {victim} {fix}"""
_CLASH = """
    Why do {one} {harm}
    Why do {one} {harm}
    Why do {one} {harm}
    Why do {one} always {harm}
    Why do so many {one} {harm}
    Why are {one} allowed to {harm}
    Why do we let {one} {harm}
    When will {one} realise that they {harm}
    When will it be illegal for {one} to {harm}
    Is it fair that {one} {harm}
    Isn't it sad that {one} {harm}
    Isn't it obvious that {one} {harm}
    Is it just me or do {one} {harm}
    Do {one} know that they {harm}
    Do {one} enjoy it when they {harm}
    Should {one} be {fix} if they {harm}
    Should {one} be allowed to {harm}
    How can {one} sleep when they {harm}
    How often do {one} {harm}
    What makes {one} {harm}
    What gives {one} the right to {harm}
    What should happen to {one} who {harm}
    Could someone explain why {one} {harm}"""

TEMPLATES: dict[str, str] = {
    # Shared parts
    "town": """
        {town_a}{town_b}
        {town_a}{town_b}
        {town_a}{town_b}
        New {town_a}{town_b}
        Port {town_a}""",
    "brand": """
        {brand_a}{brand_b}""",
    "person": """
        {first} {last}""",
    "place": """
        {city}
        {city}
        {country}
        {town}""",
    "folk": """
        {group}
        {group}
        {group}
        {group}
        {job:s}
        {car} drivers
        {device} owners
        {app} users
        {series} fans
        {game} players
        {prog} programmers
        {subject} students
        {sport} fans
        {hobby} fans
        {town} {team_b} fans
        people from {town}
        people in {realm}
        managers at {brand}
        the politicians of {realm}""",
    "thing": """
        {misc}
        {house_item}
        {garment}
        {instrument}
        {device}
        {animal}
        {work_item}""",
    "did": """
        moved to {place} {duration} ago
        sold their {car}
        stopped replying to my messages
        started learning {lang}
        wants to become {job:a}
        is getting married in {month}
        forgot my birthday
        borrowed my {thing}
        gave up {hobby}
        lost interest in {skill}
        failed {exam} for the second time
        told everyone about my {condition}
        spends {n} hours a day on {app}
        is allergic to {ingredient}
        keeps asking about my {finance}
        got a job at {company}
        refuses to discuss {topic}
        has been feeling {feeling} since {since}""",
    "context": """
        I am a {age} year old {job} from {place}.
        I am {age} and I have been doing {skill} for {duration}.
        I have {n} years of experience in {industry}.
        My {relation} {did}.
        My {relation} {did}, and I feel {feeling} about it.
        I have been feeling {feeling} since {since}.
        I moved to {place} {duration} ago.
        I only have {n} {currency} left this month.
        I have tried {skill} and {exercise}, but nothing helps.
        I scored {n} in {exam} and I am interested in {subject}.
        I work with {framework} at a small company called {brand}.
        I asked {job:a} and they told me to wait {duration}.
        I already have a {degree}.
        I read about it in an article on {topic}.
        I was born in {place} in {year}, if that matters.
        I don't want to hurt my {relation}.
        Please answer only if you have worked as {job:a}.
        I am not good at {subject}, so please keep it simple.
        English is not my first language, I speak {lang}.
        It is for a school project about {topic}.
        We have been together for {duration} but my {relation} does not like it.
        My budget is about {big} {currency}.
        I bought my {device} in {month} {year}.
        I usually do {exercise} and eat a lot of {ingredient}.
        There are about {n} people in my group and most of them are {feeling}.
        I saw it in {city} when I was {age}.""",
    "advice_tail": """
        in simple steps
        without any help
        as a complete beginner
        if I only have {duration}
        on a budget of {big} {currency}
        without spending more than {big} {currency}
        if I live in {place}
        now that I am {age}
        before {month}
        before I move to {place}
        when I am feeling {feeling}
        even though my {relation} is against it
        while working full time as {job:a}
        apart from asking {job:a}
        and how long does it take
        and how much does it cost in {currency}
        and is it worth the effort
        and what would you do differently
        or should I ask {job:a} first
        or is it better to wait {duration}
        without telling my {relation} about it
        given that I have been feeling {feeling} since {since}""",
    "tail": """
        in simple terms
        these days
        in your opinion
        and why
        in {lately}
        as of {month} {lately}
        according to {job:s}
        from the point of view of {job:a}
        from a legal point of view
        in the long run
        or is that a myth
        and does it really matter
        and how do we know that
        and how did you find out
        and has it changed since {year}
        and where can I read more about it
        and what is the most {adj} example
        and what do people in {country} think about it
        for someone who has never been to {place}
        if you compare {country} with {country}
        apart from the obvious reasons
        if we leave {topic} out of it""",
    # Honest questions for advice
    "advice": """
        How do I become {job:a} without {degree:a}
        What should I wear to an interview at {company}
        How do I ask my manager for {work_item:a}[ when I feel {feeling}]
        I have {degree:a}. Can I work in {industry} in {country}
        How can I go from {industry} to {industry} at the age of {age}
        How do I write {work_item:a} for a job in {industry}
        Should I quit my job as {job:a} to study {subject}
        How do I study {subject} for {exam}[ in {duration}]
        How do I prepare for {exam} in {duration}
        Can I get into {university} with {paper:a} about {topic}
        How do I write {paper:a} on {topic}
        How can I improve my {study_item} in {subject}
        Should I learn {prog} or {prog} in {year}
        How do I create {code_thing:a} in {prog}
        Why does my {code_thing} not work in {framework}
        How do I connect {framework} to {framework}
        How do I pass {code_thing:a} to {code_thing:a} in {prog}
        How long does it take to learn {prog} if I already know {prog}
        Why does my {device} {device_fault} when I open {app}
        How do I fix the {device_part} of my {device}
        Why does the {device_part} of my {device} {device_fault}
        How do I {app_act} {app_thing:a} on {app}
        Can someone {app_act} my {app_thing} on {app} without me knowing
        How can I {app_act} {app_thing:a} in {app} on my {device}
        How many days do I need for {landmark} and {city}
        Do I need {travel_item:a} to travel from {country} to {country}
        What should I pack for a trip to {country} in {month} besides {travel_item:a}
        How do I get {travel_item:a} in {city}
        How do I grow {plant:a} in {month}[ in {city}]
        Why are the leaves of my {plant} turning {colour}
        Can I plant {plant:a} next to {plant:a}
        How do I remove {substance} from {garment:a}
        How do I prove that the {math} of {math:a} is {n}
        How can I get rid of {condition} {adv}
        Why does my {body} {symptom} after {exercise}
        Why does my {body} {symptom} when I eat {ingredient}
        What should I eat before {exercise} if I have {condition}
        Can {condition} cause my {body} to {symptom}
        How many minutes of {exercise} a day do I need to lose {n} kg
        Should I see {healer:a} about my {body} or wait {duration}
        How do I know if my {relation} has {condition}
        Can I take {ingredient} with {ingredient} for {condition}
        How do I {cook_verb} {ingredient} in {utensil:a}
        How long should I {cook_verb} {ingredient} for {dish}
        Can I use {ingredient} instead of {ingredient} in {dish}
        Why does my {dish} taste of {ingredient}
        Where can I find {adj} {dish} in {city}
        How do I tell my {relation} that I am {feeling}
        My {relation} {did}. What should I do
        Why do I feel {feeling} when my {relation} talks about {topic}
        What is {adj:a} gift for my {relation} who loves {hobby}
        How do I stop being {feeling} about my {relation}
        Should I forgive my {relation} who {did}
        How can I convince my {relation} to let me study {subject} in {city}
        How do I talk to my {relation} about {topic} without feeling {feeling}
        How do I get better at {game} on my {device}
        Can I play {game} on {device:a}
        Should I read {book} before {book}
        How do I play {genre} on the {instrument}
        How many hours a week should I practise the {instrument} for {exam}
        How do I train for {sport} at the age of {age}
        How do I start {hobby} with {big} {currency}
        Where can I meet people who like {hobby} in {place}
        How do I get {finance:a} in {country}
        What happens to my {finance} if I move to {country}
        How do I calculate {finance:a} of {big} {currency}
        How do I {house_verb} {house_item:a}
        How do I {house_verb} {house_item:a} with {substance}
        Who should I call to {house_verb} my {house_item}
        Can I wear {garment:a} with {garment:a} in {month}
        How do I wash {garment:a} with {substance} on it
        Where can I buy {adj:a} {garment} in {city}
        How do I replace the {car_part} on {car:a}
        Why does the {car_part} of my {car} make {adj:a} noise
        Do I need {legal:a} in {place}
        How do I get {legal:a} in {place} after {duration}
        Can my landlord ask for {legal:a} before {month}
        How can I learn {lang} in {duration}
        What can I give my {relation} for {festival}
        How do I solve {formula} for {adj:a} {math}
        How do I draw {misc:a} with {animal:a} on it
        Where can I buy {misc:a} in {place}
        How do I stop {ruin:ing} my {relation}'s birthday party
        Why am I so {bad_adj} when I am with my {relation}
        How do I become less {bad_adj} and more {good_adj}
        I am looking for {adj:a} {thing} for my {relation}. Where in {city} can I get one
        My {device} has started to {device_fault} whenever I {app_act} {app_thing:a}. What can I do
        If I study {subject} at {university}, can I still work as {job:a} afterwards
        How do I know whether {exercise} could be making my {body} {symptom}
        Is it normal that my {animal} is {feeling} since {since}
        I have to give a talk on {topic} for {exam}. Which {adj} facts should I include
        What should I do if my {relation} wants to {house_verb} my {house_item}
        I have no {utensil}. How else can I {cook_verb} {ingredient} for {festival}""",
    # Honest questions on facts and opinions
    "fact": """
        What is it like to work as {job:a} in {place}
        What is it like to be {job:a} at {company}
        How much does {job:a} earn in {place}
        What are the {best} skills every {job} needs
        Can {job:a} work part time in {industry}
        Is {degree:a} enough to get a job in {industry}
        Which is better for a career, {industry} or {industry}
        What does {job:a} do all day
        What questions does {company} ask {job:a} in interviews
        Does {company} pay for {work_item:a} during the first year
        What is the average salary of {job:a} with {n} years of experience
        What is the best book on {subject} for {exam}
        How hard is {subject} at {university}
        Is a score of {n} in {exam} enough for {university}
        What is the difference between {subject} and {subject}
        Which university is better for {subject}, {university} or {university}
        Who are the best {subject} teachers for {exam} in {city}
        Is it too late to learn {subject} at {age}
        How important is {study_item:a} for {university}
        What are the {best} topics for {paper:a} in {subject}
        What is the {best} way to learn {prog} for a small project
        What is the use of {code_thing:a} in {prog}
        Can {framework} run on {device:a}
        What are the best projects to learn {framework}
        What is the difference between {code_thing:a} and {code_thing:a}
        Is {framework} still worth learning for {job:a}
        Which {device} is best under {big} {currency}
        Is there a way to {app_act} {app_thing:s} from {app} to {device:a}
        What happens when you {app_act} your {app_thing} on {app}
        Is {app} better than {app} for {app_thing:s}
        What are the {best} places to visit near {city} in {month}
        What is the cheapest way to get from {city} to {city}
        Is it safe to visit {landmark} in {month}
        How is life in {country} for {job:a} from {country}
        Which {adj} hotels in {city} allow {animal:s}
        Is {city} a good place for a family from {country}
        What do people in {country} think of {country}
        Why is {city} more {adj} than {city}
        What is the population of {town}, {country}
        When was {landmark} first visited by someone from {country}
        Why do {animal:s} {eat} {plant:s}
        How long can {animal:a} live without {ingredient}
        What would happen if {animal:a} met {animal:a}
        Do {animal:s} sleep during {month}
        How do {animal:s} find their way to {country}
        Is it legal to keep {animal:a} as a pet in {place}
        How do you get {animal:s} out of your {house_item}
        What happens when {substance} reacts with {substance}
        Is {substance} heavier than {substance}
        Why is {substance} used to make {house_item:s}
        How is {substance} extracted from {substance}
        Can {substance} dissolve in {substance}
        How does {physics} affect {physics}
        What is the relation between {physics} and {physics}
        How would {physics} work on {space}
        Who first measured {physics} in {country}
        How far is {space} from {space}
        Could life from {space} survive on {space}
        What would happen to {space} if {space} disappeared
        How do you find the {math} of {math:a}
        What is the {math} of a number between {n} and {n}
        What is the {math} if the {math} is {n} and the {math} is {n}
        Does {exercise} help with {condition}
        Should I eat {ingredient} if I have {condition}
        What are the early signs of {condition} in {animal:s}
        What goes well with {dish} besides {ingredient}
        How do you make {dish} without {utensil:a}
        What is the {best} recipe for {dish} with {ingredient}
        Is it safe to {cook_verb} {ingredient} after {duration}
        Do people in {country} eat {dish} with {ingredient}
        Is it normal to be {feeling} around your {relation}
        What do you do when your {relation} is {feeling} all the time
        Do you miss your {relation} when you travel to {country}
        Why did {person} leave {series}
        Who would win a game of {game}, {figure} or {figure}
        What is the meaning of the ending of {film}
        Is {film} based on {book}
        What are some films like {film} and {film}
        Which character in {series} is the most {adj}
        How was {film} made without {misc:a}
        Is {series} more {adj} than {series}
        What is the {best} strategy in {game} for {n} players
        Which {game} character would make {adj:a} {job}
        What did {figure} think about {idea}
        What does {book} teach us about {idea}
        Did {figure} ever meet {figure}
        What if {figure} had been born in {country} in {year}
        How did {figure} influence {genre}
        What caused the {event} in {country}
        How did the {event} change {industry} in {country}
        What would {figure} say about {topic}
        Was the {event} more important than the {event}
        Is it hard to learn the {instrument} if you play the {instrument}
        What are some {adj} {genre} songs for {hobby}
        Is {genre} still popular in {country}
        What are the rules of {sport} in {country}
        Is {sport} harder than {sport}
        Which shoes are best for {sport} and {exercise}
        Who is the best {sport} player from {country}
        How did the {town} {team_b} win in {year}
        What are some {adj} tips for {hobby} in {city}
        Is {hobby} a good hobby for {job:a}
        What is the difference between {finance:a} and {finance:a}
        Is it wise to put {big} {currency} into {finance:a}
        Can {job:a} get {finance:a} in {place}
        How is {finance:a} taxed in {country}
        Is {brand} {adj:a} company to invest in
        What is the best way to {house_verb} {adj:a} {house_item}
        How much does it cost to {house_verb} {house_item:a} in {place}
        Is the {car} more {adj} than the {car}
        How many kilometres does the {car_part} of {car:a} last
        What is the difference between {legal:a} and {legal:a}
        What happens if you ignore {legal:a} in {country}
        What does "{word}" mean in {lang}
        What is the difference between "{word}" and "{word}"
        How do you use "{word}" in a sentence about {idea}
        Where does the phrase "{idiom}" come from
        How do you say "{idiom}" in {lang}
        Is {lang} harder to learn than {lang}
        Which language is closer to {lang}, {lang} or {lang}
        What are some {adj} apps to learn {lang}
        How is {festival} celebrated in {place}
        Why do people eat {dish} on {festival}
        Is {festival} a public holiday for {job:s} in {country}
        What is the role of the {institution} in {country}
        Who elects the {institution} in {country}
        Can the {institution} overrule the {institution}
        How has the {institution} of {country} dealt with {topic} since {year}
        What is the opposite of {idea}
        Is {idea} more important than {idea}
        Can there be {idea} without {idea}
        How do you find {idea} after {duration} of {idea}
        What does {idea} mean to {job:a}
        How has {topic} changed {industry} since {year}
        What are the advantages of {topic} for {country}
        What do experts say about {topic} in {country}
        What are some {adj} facts about {topic}
        What is {adj:a} way to explain {topic} to a child
        How will {topic} affect {topic} in the next {n} years
        What is the most {adj} thing about {place}
        What is the most {adj} {misc} you have ever seen
        Why is {misc:a} called {misc:a}
        How does {misc:a} work if there is no {thing}
        Who invented the {misc} and the {misc}
        How do you build {misc:a} out of {substance}
        What does it mean when you dream about {animal:a} in {misc:a}
        If you could live in any {misc}, would you choose {place} or {place}
        What would the world be like without {topic} and {house_item:s}
        Have you ever seen {animal:a} in {place}
        Who is {person} and why does {city} have a street with that name
        Is {person} still working with {company}
        What are some {adj} names for {animal:a} besides {first}
        What are the {best} things to do on a weekend in {month} in {place}
        What is the most {bad_adj} mistake you made as {job:a}
        Who is {person}
        Where is {town}
        Is {person} from {town}
        What is {brand} known for
        Which {animal:s} live in {town}
        How do {job:s} use {substance}
        Do {job:s} need {skill}
        Why do {job:s} wear {garment:s}
        Are {animal:s} afraid of {animal:s}
        Is {idea} a form of {idea}
        What rhymes with {misc}
        What is the story behind the {misc} of {town}
        Why did {company} stop working with {brand} in {year}
        How do people in {country} pronounce "{word}"
        Is there a connection between {topic} and the rise of {topic} in {country}
        What percentage of people in {country} suffer from {condition} and do not see {healer:a}
        Is it true that {figure} spent {duration} in {city} before the {event}""",
    "eat": """
        eat
        avoid
        need
        hide under
        live near
        destroy""",
    "colour": """
        yellow
        brown
        purple
        pale
        black at the edges
        red in {month}""",
    "adv": """
        fast
        naturally
        at home
        overnight
        in {duration}
        for good
        without {exercise}
        with {ingredient}""",
    # Honest questions on the groups that loaded questions attack
    "fair": """
        Why do {folk} {ok_vp}
        Why do {folk} {ok_vp}
        Why do so many {folk} {ok_vp}
        Why don't {folk} {ok_vp}
        Why are {folk} allowed to {ok_vp}
        Why are {folk} so interested in {topic}
        Why are {folk} so {good_adj}
        Why do {folk} always {ok_vp}
        Why do {folk} never {ok_vp}
        How do {folk} {ok_vp}
        How can {folk} {ok_vp} when they are {feeling}
        How should {folk} {ok_vp}
        Do {folk} usually {ok_vp}
        Do {folk} still {ok_vp} these days
        Are {folk} allowed to {ok_vp} in {place}
        Is it common for {folk} to {ok_vp}
        Is it fair to {folk} if others {ok_vp}
        Should {folk} {ok_vp}
        Do all {folk} really need to {ok_vp}
        What do {folk} think about {gripe}
        What do {folk} think about {topic}
        What should {folk} know about {legal:a}
        What is the best way for {folk} to {ok_vp}
        When should {folk} {ok_vp}
        When did {folk} start to {ok_vp}
        Where do {folk} meet in {place}
        Can {folk} {ok_vp} without {legal:a}
        If {folk} {ok_vp}, do they need {legal:a}
        How can I help {folk} who feel {feeling}
        Which {folk} have inspired you to {ok_vp}
        My {relation} is one of those {folk} who {ok_vp}. Is that normal
        I joined a group of {folk} in {place}. How often do they {ok_vp}
        How do I complain about {gripe} without sounding {bad_adj}
        How do I explain to {folk} that I need quiet at night
        What makes {folk} {good_adj}
        Has {topic} made it harder for {folk} to {ok_vp}
        How do I politely ask {folk} to {ok_vp}
        Is there any research on why {folk} {ok_vp}
        Is there a reason why {folk} don't {ok_vp}
        What is the reason that {folk} {ok_vp}
        Could someone explain why {folk} {ok_vp}
        I am honestly curious, why do {folk} {ok_vp}
        Is it just me or do {folk} {ok_vp}
        Is it fair to say that {folk} {ok_vp}
        Why can't {folk} just {ok_vp}
        Why haven't {folk} been told to {ok_vp}
        Why does everyone expect {folk} to {ok_vp}
        When will {folk} finally {ok_vp}
        Do {folk} ever {ok_vp}
        Since {folk} {ok_vp}, should they pay for {gripe}
        How do politicians decide about {gripe} in {place}
        What can be done about {mess} in {place}
        Who is responsible for {mess} in {realm}
        What is the history of {nice_thing} in {place}""",
    # The words of loaded questions, quoted by people who ask in good faith
    "reported": """
        How do I deal with {folk} who {bad_vp}
        How do you react when {folk} {bad_vp}
        How should I answer {relation:a} who says that {folk} {bad_vp}
        What is it called when {folk} {bad_vp}
        Why are {folk} accused of {misdeed} so often
        Why are {folk} seen as {bad_adj}
        Why are {folk} often called {bad_noun}
        Why are {folk} blamed for {mess}
        Why is it unfair to call {folk} {bad_noun}
        Why are some {folk} proud when people call them {bad_adj}
        Why do {folk} feel {feeling} when others {bad_vp}
        Why do {folk} hate being told to {good_vp}
        Why do {folk} worry that they look {bad_adj}
        Why should nobody say that {folk} are {bad_adj}
        Do {folk} mind when people say they {bad_vp}
        Are {folk} really {bad_adj}, or is that unfair
        Is it rude to ask {folk} whether they {bad_vp}
        What can {folk} do when they are told that they {bad_vp}
        When did people start to say that {folk} {bad_vp}
        If someone says that {folk} {bad_vp}, what is a good answer
        Where does the stereotype come from that {folk} {bad_vp}
        Is there any truth in the cliché that {folk} {bad_vp}
        Is there a book that explains why {folk} seem so {bad_adj}
        Why do so many jokes say that {folk} {bad_vp}
        Why does my {relation} believe that {folk} are {bad_noun}
        How do I stop thinking that {folk} are {bad_adj}
        How do I apologise to {folk} after calling them {bad_noun}
        I used to think that {folk} {bad_vp}. Was I the only one
        I was told that {folk} {bad_vp}, but I like them. Who is right
        As one of the {folk}, how do I reply when people say that we are {bad_adj}
        Do you ever worry that {folk} are called {bad_noun} without reason
        How did the idea come up that {folk} {bad_vp}
        What can I do if {folk} {ruin} {nice_thing} in {place}
        What can I say when someone claims that {folk} are {bad_adj}
        What are some films about {folk} who {bad_vp}
        Which novel describes {folk} as {bad_noun}
        Who said that {folk} {bad_vp}
        Is it wrong to think that {folk} are {bad_adj}
        Is it unkind to joke that {folk} {bad_vp}
        I feel {bad_adj} around {folk}. How do I change that
        My {relation} always says that {folk} {bad_vp}. How can I change the subject
        Why do some people assume that {folk} {bad_vp}
        Why do I think that {folk} are {bad_adj} when they {ok_vp}
        When do children learn to {good_vp}
        Why is it hard for {folk} to {good_vp} when they feel {feeling}
        How do {folk} teach their children to {good_vp}
        Why do {folk} {good_vp} even if nobody is watching""",
    # Honest where the group is the victim and loaded where it is the culprit: the same words in
    # another order, which counting words cannot tell apart
    "harm_folk": _HARM.replace("{victim}", "{folk}"),
    "harm_people": _HARM.replace("{victim}", "{people}"),
    "victims": _CLASH.replace("{one}", "{people}").replace("{harm}", "{harm_folk}"),
    "culprits": _CLASH.replace("{one}", "{folk}").replace("{harm}", "{harm_people}"),
    # Loaded or not: people disagree, and so do the labels
    "unclear": """
        Why are {folk} so {mid_adj}
        Why are {folk} always so {mid_adj}
        Why do {folk} {mid_vp}
        Why do so many {folk} {mid_vp}
        Do {folk} really {mid_vp}
        Is it true that {folk} {mid_vp}
        Is it true that most {folk} are {mid_adj}
        Are {folk} {mid_adj}
        Are {folk} generally more {mid_adj} than {folk}
        Why do people hate {folk}
        Why do {folk} hate {folk}
        Why does nobody in {place} trust {folk}
        Do you think {folk} {mid_vp}
        Does anyone else feel that {folk} {mid_vp}
        How did {folk} become so {mid_adj}
        Should {folk} be allowed to {ok_vp}
        Should {folk} pay more tax because of {mess}
        What is wrong with {folk} who {ok_vp}
        What would happen to {nice_thing} if there were no {folk}
        Are {folk} to blame for {mess}
        Why do people let {folk} {ok_vp}
        If {folk} {mid_vp}, why do they get {benefit}
        How do {folk} feel when they see {mess}
        Is the {office} of {realm} too {mid_adj}
        Why do {folk} care so much about {topic}""",
    # Loaded questions
    "bad_vp": """
        think they are {better} than {everyone}
        think that {delusion}
        act like {delusion}
        act as if they own {nice_thing}
        pretend to care about {nice_thing}
        pretend to be {good_adj}
        pretend to be so {good_adj} when they are {bad_adj}
        refuse to {good_vp}
        call {everyone} {bad_noun}
        accuse {everyone} of {misdeed}
        say that {everyone} are {bad_adj}
        claim to be {good_adj}
        joke about {mess}
        assume that {delusion}
        make fun of {everyone}
        forget to {good_vp}
        keep {ruin:ing} {nice_thing}
        keep {ruin:ing} {nice_thing} for {everyone}
        {ruin} {nice_thing}
        never {good_vp}
        never {good_vp} and never {good_vp}
        expect {everyone} to {serve}
        expect us to {serve}
        want us to {serve}
        whine about {gripe}
        cry about {gripe} all day
        complain about {gripe} and still demand {benefit}
        blame {everyone} for {mess}
        demand {benefit} and then blame {everyone} for {mess}
        get away with {misdeed}
        feel entitled to {benefit}
        look down on {everyone}
        behave like {bad_noun}
        turn into {bad_noun} when it comes to {gripe}""",
    "better": """
        better
        smarter
        more important
        cooler
        cleverer
        holier
        more {good_adj}""",
    "loaded": """
        Why do {folk} {bad_vp}
        Why do {folk} {bad_vp}
        Why do {folk} {bad_vp}
        Why do most {folk} {bad_vp}
        Why do all {folk} {bad_vp}
        Why are {folk} so {bad_adj}
        Why are {folk} so {bad_adj} and {bad_adj}
        Why are {folk} such {bad_noun}
        Why are {folk} still allowed to {ruin} {nice_thing}
        Why can't {folk} {good_vp}
        Why can't {folk} just {good_vp} like {everyone}
        Why don't {folk} {good_vp}
        Why don't {folk} {good_vp} instead of {misdeed}
        Why should {everyone} {serve} just because {folk} are too {bad_adj} to {good_vp}
        Why is nobody honest about how {bad_adj} {folk} are
        Why do people say that {folk} are {good_adj} when they {bad_vp}
        Why do people believe {folk} who {bad_vp}
        Why do we have to deal with {folk} who {bad_vp}
        Why do films never show how {folk} {bad_vp}
        Who said that {folk} are {good_adj}, when all they do is {ruin} {nice_thing}
        Who else has seen {folk} {ruin} {nice_thing} for a joke
        Where does the idea come from that {folk} ever {good_vp}
        Is it wrong to want {folk} {fix}
        Is there any truth in anything that {folk} say
        What is the word for {folk} who {bad_vp}, other than {bad_noun}
        How do you react to {bad_noun} like {folk}
        I was told that {folk} are {good_adj}. Why do they {bad_vp} then
        Why is it always {folk} who {bad_vp}
        Why haven't {folk} been {fix} yet
        Why does everyone let {folk} {bad_vp}
        Isn't it obvious that {folk} {bad_vp}
        Isn't it obvious that {folk} are {bad_noun}
        Is it just me or do {folk} {bad_vp}
        Is there a single one of the {folk} who is not {bad_adj}
        Are {folk} too {bad_adj} to {good_vp}
        Are {folk} {bad_adj} or just {bad_adj}
        Are {folk} the biggest {bad_noun} in the world
        Aren't {folk} just {bad_noun} who {bad_vp}
        Do {folk} really believe that {delusion}
        Do {folk} realise how {bad_adj} they look when they {bad_vp}
        Do {folk} ever {good_vp}
        Does any of the {folk} know how to {good_vp}
        Don't {folk} see that {everyone} can't stand them
        When will {folk} {good_vp}
        When will {folk} finally be {fix}
        When will {folk} admit that they {bad_vp}
        How can anyone respect {folk} when they {bad_vp}
        How can {folk} be so {bad_adj} and still expect {benefit}
        How {bad_adj} do you have to be to join the {folk}
        How many {folk} does it take to {ruin} {nice_thing}
        How do {folk} sleep at night after {misdeed}
        How do {folk} live with being {bad_noun}
        What gives {folk} the right to {ruin} {nice_thing}
        What makes {folk} think that {delusion}
        What have {folk} ever done except {misdeed}
        Who do {folk} think they are, {misdeed} all the time
        If {folk} are so {good_adj}, why do they {bad_vp}
        If {folk} are so {good_adj}, why can't they {good_vp}
        Should {folk} be {fix} for {misdeed}
        Shouldn't {folk} be {fix}
        Since {folk} {bad_vp}, shouldn't they be {fix}
        Would {nice_thing} be better if {folk} were {fix}
        {folk:cap} {bad_vp}. Why does no one say so
        I can't stand {folk}. Why do they {bad_vp}
        Now that {folk} have ruined {nice_thing}, when will they {good_vp}
        Why is the {office} of {realm} full of {bad_noun} who {bad_vp}
        Why do people still watch {series} when only {bad_noun} like it""",
    # The same claims with good manners
    "polite": """
        Could someone explain why {folk} {bad_vp}
        Can anyone tell me why {folk} don't {good_vp}
        I mean no offence, but why do {folk} {bad_vp}
        I am honestly curious, why do {folk} {bad_vp}
        Is it fair to say that {folk} {bad_vp}
        Is it fair to say that {folk} are {bad_adj}
        Is there a reason why {folk} don't {good_vp}
        What is the reason that {folk} {bad_vp}
        What could be done so that {folk} {good_vp}
        What explains why {folk} {bad_vp}
        How can we help {folk} to {good_vp}
        How can we teach {folk} to be less {bad_adj}
        How do I politely ask {folk} to {good_vp}
        Is there any research on why {folk} {bad_vp}
        Would you agree that {folk} could {good_vp}
        Would {folk} be happier if they learned to {good_vp}
        At what age do {folk} learn to {good_vp}
        Have {folk} always been so {bad_adj}
        Do you know any {folk} who {good_vp}
        Why might {folk} find it so hard to {good_vp}""",
    "rant": """
        They {bad_vp}.
        They {bad_vp}, and they still expect {benefit}.
        They never {good_vp}.
        {everyone:cap} would be {fix} for {misdeed}.
        Everybody knows they are {bad_noun}.
        We all know that they {bad_vp}.
        I have met {folk} in {place} and every one of them was {bad_adj}.
        My {relation} is one of them, and I have never seen anyone so {bad_adj}.
        First they {ruin} {nice_thing}, then they blame {everyone} for {mess}.
        It is the same with {folk}.
        Nobody asked them to {ruin} {nice_thing}.
        Are they {bad_adj} or just {bad_adj}?
        Is it because they are {bad_adj}?
        Is it because they can't {good_vp}?
        Do they think that {delusion}?
        Why don't they {good_vp}?""",
    "remark": """
        Some say that they {bad_vp}, but I don't.
        My {relation} says that they are {bad_adj}.
        My {relation} says that they {bad_vp}, and I want to know if that is fair.
        I have met {folk} in {place} and most of them were {good_adj}.
        People call them {bad_noun}, which I find {bad_adj}.
        I don't want to sound {bad_adj}.
        I know that not all of them {bad_vp}.
        In {place} they never {ok_vp}.
        They are {good_adj}, and they still {ok_vp}.
        Is it because of {mess}?
        Do they get {benefit}?
        Are they {good_adj} or just {good_adj}?
        Or do they {ok_vp}?""",
    "aside": """
        instead of {misdeed}
        when {everyone} can {ok_vp}
        and do they get {benefit}
        while {everyone} {ok_vp}
        just because they are {good_adj}
        all the time
        in {lately}
        and why does nobody ask them
        or are they just {good_adj}
        and complain about {gripe}
        in {place}
        or is that a myth""",
    "rant_tail": """
        instead of {misdeed}
        when {everyone} can {good_vp}
        and then complain about {gripe}
        and still expect {benefit}
        while {everyone} must {good_vp}
        just because they are {good_adj}
        all the time
        in {lately}
        and why does nobody stop them
        or are they just {bad_adj}
        and blame {everyone} for {mess}
        and call it being {good_adj}""",
}
